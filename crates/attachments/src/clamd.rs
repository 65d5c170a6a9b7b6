//! Asking clamd whether a file is malware: its INSTREAM command over a socket of this machine, in bounded time.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clamd {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port of this machine: what is sent is not encrypted.
    Tcp(SocketAddr),
}

/// What clamd says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// What was found, by its name in the signatures.
    Found(String),
}

const CONNECT: Duration = Duration::from_secs(5);
/// Of each step; a file of 10 MB takes a second or two.
const STEP: Duration = Duration::from_secs(30);
const CHUNK: usize = 64 << 10;
const REPLY_BYTES_MAX: u64 = 4096;

impl FromStr for Clamd {
    type Err = String;

    fn from_str(text: &str) -> Result<Clamd, String> {
        if text.starts_with('/') {
            return Ok(Clamd::Unix(PathBuf::from(text)));
        }
        match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(Clamd::Tcp(address)),
            Ok(_) => Err("clamd must be on this machine: files are sent to it in clear".to_owned()),
            Err(_) => Err("give the path of clamd's socket, or an address like 127.0.0.1:3310".to_owned()),
        }
    }
}

impl Clamd {
    /// Asks whether these bytes are malware.
    ///
    /// # Errors
    /// It cannot be reached, does not answer in time, or answers that it could not look.
    pub fn scan(&self, bytes: &[u8]) -> io::Result<Verdict> {
        match self {
            Clamd::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(STEP))?;
                stream.set_write_timeout(Some(STEP))?;
                asked(stream, bytes)
            }
            Clamd::Tcp(address) => {
                let stream = TcpStream::connect_timeout(address, CONNECT)?;
                stream.set_read_timeout(Some(STEP))?;
                stream.set_write_timeout(Some(STEP))?;
                asked(stream, bytes)
            }
        }
    }
}

/// `zINSTREAM`, then chunks with their lengths as 4 bytes, big-endian, one of no length at the end. The answer ends with
/// a zero byte.
fn asked(mut stream: impl Read + Write, bytes: &[u8]) -> io::Result<Verdict> {
    let sent = send(&mut stream, bytes);
    let mut reply = Vec::new();
    let read = stream.take(REPLY_BYTES_MAX).read_to_end(&mut reply);
    // Where it had enough before all was sent, it says why and closes.
    if reply.is_empty() {
        sent?;
        read?;
    }
    verdict(String::from_utf8_lossy(&reply).trim_end_matches('\0').trim())
}

fn send(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(b"zINSTREAM\0")?;
    for chunk in bytes.chunks(CHUNK) {
        stream.write_all(&u32::try_from(chunk.len()).unwrap_or(0).to_be_bytes())?;
        stream.write_all(chunk)?;
    }
    stream.write_all(&0_u32.to_be_bytes())?;
    stream.flush()
}

fn verdict(reply: &str) -> io::Result<Verdict> {
    let said = reply.strip_prefix("stream: ").unwrap_or(reply);
    match said.strip_suffix(" FOUND") {
        Some(name) => Ok(Verdict::Found(name.to_owned())),
        None if said == "OK" => Ok(Verdict::Clean),
        None => Err(io::Error::other(format!("clamd answered '{reply}'"))),
    }
}
