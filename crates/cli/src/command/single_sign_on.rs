//! Options of `serve` for single sign-on: which server, who we are to it, and where the secret lies.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use app::{SignOnServer, SignOnSettings};

/// Arguments.
#[derive(clap::Args)]
pub struct SingleSignOn {
    /// Let officers sign in by OpenID Connect as well: the server's issuer, e.g. https://sso.example. Needs --address,
    /// and the address /desk/sign-on/back below it entered at the server.
    #[arg(long, value_name = "URL", requires = "oidc_client_id", requires = "oidc_client_secret_file")]
    oidc_issuer: Option<String>,
    /// Our name with that server.
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// File with what we show it as that client, readable by its owner only.
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_client_secret_file: Option<PathBuf>,
    /// What officers call it.
    #[arg(long, value_name = "NAME", default_value = "统一身份认证", requires = "oidc_issuer")]
    oidc_name: String,
}

impl SingleSignOn {
    /// The server that is named, if one is; `address` is where people reach us.
    pub fn server(&self, address: Option<&str>) -> Result<Option<SignOnServer>, String> {
        let (Some(issuer), Some(client), Some(file)) =
            (&self.oidc_issuer, &self.oidc_client_id, &self.oidc_client_secret_file)
        else {
            return Ok(None);
        };
        let address = address
            .ok_or("--oidc-issuer needs --address https://…: the sign-on server sends browsers back to it")?;
        let server = SignOnServer::new(SignOnSettings {
            issuer: issuer.clone(),
            client_id: client.clone(),
            client_secret: secret(file)?,
            name: self.oidc_name.clone(),
            back: format!("{}/desk/sign-on/back", address.trim_end_matches('/')),
        });
        server.map(Some).map_err(|error| format!("single sign-on: {error}"))
    }
}

/// The one line of a file nobody else may read.
fn secret(file: &Path) -> Result<String, String> {
    let wrong = |why: String| format!("--oidc-client-secret-file {}: {why}", file.display());
    let mode = fs::metadata(file).map_err(|error| wrong(error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(wrong("others may read it; run chmod 600 on it".to_owned()));
    }
    Ok(fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?.trim().to_owned())
}
