//! Load over HTTP: so many connections that each ask again as soon as they are answered, and how long answers took.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// What a load came to.
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    /// Half of them were quicker.
    pub p50: Duration,
    /// All but one in a hundred were quicker.
    pub p99: Duration,
    /// Answers that were not 2xx.
    pub failed: usize,
    /// Bodies of the first answers, a few.
    pub bodies: Vec<String>,
}

/// Asks from so many connections for a while. `request` writes the next request: its bytes as they go over the wire.
///
/// # Errors
/// A connection cannot be made or breaks.
pub fn load(
    address: SocketAddr,
    connections: usize,
    lasting: Duration,
    request: &(dyn Fn() -> Vec<u8> + Sync),
) -> Result<Load, String> {
    let begun = Instant::now();
    let all = std::thread::scope(|scope| {
        let one = || scope.spawn(move || asked(address, begun, lasting, request));
        let workers: Vec<_> = (0..connections).map(|_| one()).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| "a connection broke".to_owned())?)
            .collect::<Vec<_>>()
    });
    let seconds = begun.elapsed().as_secs_f64();
    let (mut took, mut failed, mut bodies) = (Vec::new(), 0, Vec::new());
    for asked in all {
        let (times, wrong, said): Asked = asked?;
        took.extend(times);
        failed += wrong;
        bodies.extend(said);
    }
    took.sort_unstable();
    let at = |percent: usize| took.get(took.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
    // Counts of requests are far below 2^53.
    Ok(Load { rate: took.len() as f64 / seconds, p50: at(50), p99: at(99), failed, bodies })
}

type Asked = (Vec<Duration>, usize, Vec<String>);

fn asked(
    address: SocketAddr,
    begun: Instant,
    lasting: Duration,
    request: &(dyn Fn() -> Vec<u8> + Sync),
) -> Result<Asked, String> {
    let told = |error: std::io::Error| format!("the connection broke: {error}");
    let stream = TcpStream::connect(address).map_err(told)?;
    stream.set_nodelay(true).map_err(told)?;
    let mut reader = BufReader::new(stream.try_clone().map_err(told)?);
    let mut writer = stream;
    let (mut took, mut failed, mut bodies) = (Vec::new(), 0, Vec::new());
    while begun.elapsed() < lasting {
        let bytes = request();
        let at = Instant::now();
        writer.write_all(&bytes).map_err(told)?;
        let (status, body) = answer(&mut reader).map_err(told)?;
        took.push(at.elapsed());
        if !(200..300).contains(&status) {
            failed += 1;
        }
        if bodies.len() < 8 {
            bodies.push(String::from_utf8_lossy(&body).into_owned());
        }
    }
    Ok((took, failed, bodies))
}

fn answer(reader: &mut impl BufRead) -> std::io::Result<(u16, Vec<u8>)> {
    let (mut status, mut length) = (0, 0);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let head = line.trim_end();
        if head.is_empty() {
            break;
        }
        if let Some(rest) = head.strip_prefix("HTTP/1.1 ") {
            status = rest.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
        }
        if let Some((name, value)) = head.split_once(": ")
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((status, body))
}
