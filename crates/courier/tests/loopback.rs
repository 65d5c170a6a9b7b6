//! A courier against servers that behave well and badly, on this machine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use courier::{Address, Answer, Courier, CourierError};

const PATIENCE: Duration = Duration::from_secs(2);

/// A server that takes one request, hands it over, and says this; where it says nothing, it keeps silent.
fn server(says: &str) -> (Address, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Address::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let says = says.to_owned();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        let mut part = [0; 1024];
        while !heard.ends_with(b"hello") {
            let count = stream.read(&mut part).unwrap();
            heard.extend_from_slice(&part[..count]);
        }
        if says.is_empty() {
            thread::sleep(2 * PATIENCE);
        }
        stream.write_all(says.as_bytes()).unwrap();
        String::from_utf8(heard).unwrap()
    });
    (address, serving)
}

fn post(address: &Address) -> Result<Answer, CourierError> {
    Courier::new(PATIENCE).post(address, "add-checkpoint", "text/plain", b"hello", 100)
}

#[test]
fn a_request_goes_there_and_the_answer_comes_back() {
    let (address, serving) =
        server("HTTP/1.1 409 Conflict\r\ncontent-type: text/x.tlog.size\r\ncontent-length: 3\r\n\r\n10\n");
    let answer = post(&address).unwrap();
    assert_eq!(
        answer,
        Answer { status: 409, content_type: "text/x.tlog.size".to_owned(), body: b"10\n".to_vec() }
    );
    let heard = serving.join().unwrap();
    assert!(heard.starts_with("POST /add-checkpoint HTTP/1.1\r\n") && heard.contains("text/plain"), "{heard}");
}

#[test]
fn what_answers_badly_is_given_up() {
    let (moved, _) = server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(post(&moved).unwrap().status, 302, "nobody is followed elsewhere");
    let (long, _) = server(&format!("HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n{}", "x".repeat(101)));
    assert_eq!(post(&long), Err(CourierError::TooLong(100)));
    let (nonsense, _) = server("hello\r\n\r\n");
    assert!(matches!(post(&nonsense), Err(CourierError::NotReached(_))));
    let nobody = Address::parse("http://127.0.0.1:9").unwrap();
    assert!(matches!(post(&nobody), Err(CourierError::NotReached(_))));
    let (silent, _) = server("");
    let started = Instant::now();
    assert_eq!(post(&silent), Err(CourierError::TooSlow(2)));
    assert!(started.elapsed() < 2 * PATIENCE, "{:?}", started.elapsed());
    let (half, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf");
    assert!(matches!(post(&half), Err(CourierError::NotReached(_) | CourierError::TooSlow(_))));
}

#[test]
fn an_error_says_nothing_only_a_programmer_understands() {
    let nobody = Address::parse("http://127.0.0.1:9").unwrap();
    let said = post(&nobody).unwrap_err().to_string();
    assert!(said.starts_with("it cannot be reached: ") && !said.contains("::") && !said.contains('{'), "{said}");
}
