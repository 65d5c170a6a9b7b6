//! A form with files, and a file whose words are a secret.

use axum::body::Body;
use axum::http::{Request, header};

/// Stands in no page and no file in clear but where it is opened.
pub const SECRET: &str = "三月工资一万二千元整，包工头签字";
pub const NAME: &str = "陈海生的欠条.txt";

/// A form with files, as a browser sends it.
pub fn form(path: &str, cookie: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        let head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\nContent-Type: text/html\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap()
}
