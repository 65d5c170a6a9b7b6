//! Files over HTTP: read out of a form, within bounds and only behind the door of their matter; and given back as what
//! does nothing in a browser.

use app::{AttachmentOpened, Upload};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::desk::encoded;
use crate::trouble::Failure;

/// Most bytes of one form with files.
pub(crate) const FORM_BYTES_MAX: usize = 31 << 20;
/// Most files of one form; more than a matter may have need not be read.
const FILES_MAX: usize = 20;
/// Most bytes of a field that is no file.
const FIELD_BYTES_MAX: usize = 4096;

/// What a form with files said.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The files, those that were left empty aside.
    pub(crate) files: Vec<Upload>,
    fields: Vec<(String, String)>,
}

impl Sent {
    /// Reads a form.
    pub(crate) async fn read(request: Request) -> Result<Sent, Failure> {
        let unreadable = |_| Failure::input("表单读不出来；请改用常见的浏览器重新选文件");
        let mut form = Multipart::from_request(request, &()).await.map_err(unreadable)?;
        let mut sent = Sent::default();
        while let Some(field) = form.next_field().await.map_err(|error| broken(error.status()))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|error| broken(error.status()))?;
            match file_name {
                // A browser sends a part for a field in which nothing was chosen.
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) if sent.files.len() < FILES_MAX => {
                    sent.files.push(Upload { name, bytes: bytes.to_vec() });
                }
                Some(_) => return Err(Failure::input("一次最多传 20 个文件；请分几次传")),
                None if bytes.len() <= FIELD_BYTES_MAX && sent.fields.len() < FILES_MAX => {
                    sent.fields.push((name, String::from_utf8_lossy(&bytes).trim().to_owned()));
                }
                None => return Err(Failure::input("表单读不出来；请重新打开页面再试")),
            }
        }
        Ok(sent)
    }

    /// The value of a field; empty where it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

fn broken(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let why = "这一次传的文件合起来超过 30 MB，没有收下；请分几次传，或者缩小照片";
        return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", why);
    }
    Failure::input("文件没有传完；请检查网络后重新传")
}

/// The file as an answer: to be kept, not to be opened here, but for pictures, which were written anew pixel by pixel.
pub(crate) fn answer(file: AttachmentOpened) -> Result<Response, Failure> {
    let how = if file.kind.is_picture() { "inline" } else { "attachment" };
    let name = format!("{how}; filename*=UTF-8''{}", encoded(&file.name));
    let name = HeaderValue::from_str(&name).map_err(|error| Failure::internal(&error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type())),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, file.bytes).into_response())
}
