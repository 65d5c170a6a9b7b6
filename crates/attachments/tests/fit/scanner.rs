//! A real clamd, where Debian's package is installed, with a signature of our own for the test string of EICAR.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use attachments::{Clamd, Verdict};

/// The test string every scanner knows, in two halves so that no scanner finds it in this file.
fn eicar() -> String {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// Starts clamd in a folder; none where it is not installed.
fn started(folder: &Path) -> Option<(Daemon, Clamd)> {
    let program = ["/usr/sbin/clamd", "/usr/bin/clamd"].into_iter().find(|path| Path::new(path).exists())?;
    let signatures = folder.join("signatures");
    std::fs::create_dir(&signatures).unwrap();
    // Any file, anywhere in it, the middle of the test string.
    let hex: String = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE".iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(signatures.join("own.ndb"), format!("Huiyin.Test.EICAR:0:*:{hex}\n")).unwrap();
    let (socket, config) = (folder.join("clamd.socket"), folder.join("clamd.conf"));
    let said = format!(
        "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nStreamMaxLength 20M\n",
        socket.display(),
        signatures.display()
    );
    std::fs::write(&config, said).unwrap();
    let child = Command::new(program).arg("--config-file").arg(&config).stdout(Stdio::null()).spawn().unwrap();
    let daemon = Daemon(child);
    for _ in 0..300 {
        if std::os::unix::net::UnixStream::connect(&socket).is_ok() {
            return Some((daemon, Clamd::Unix(socket)));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("clamd is installed and did not start within thirty seconds");
}

#[test]
fn a_real_clamd_finds_what_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let Some((daemon, clamd)) = started(folder.path()) else {
        eprintln!("did not run: clamd is not installed (Debian: clamav-daemon)");
        return;
    };
    assert_eq!(clamd.scan(b"a wage slip").unwrap(), Verdict::Clean);
    assert_eq!(clamd.scan(&vec![7; 3 << 20]).unwrap(), Verdict::Clean, "in many chunks");
    let Verdict::Found(name) = clamd.scan(eicar().as_bytes()).unwrap() else { panic!("not found") };
    assert!(name.contains("Huiyin.Test.EICAR"), "{name}");
    drop(daemon);
    assert!(clamd.scan(b"a wage slip").is_err(), "nobody is there");
}

/// One that answers what it is told to, however little it was sent.
fn answering(answer: &'static [u8]) -> (tempfile::TempDir, Clamd) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 10];
        stream.read_exact(&mut asked).unwrap();
        assert_eq!(&asked, b"zINSTREAM\0");
        stream.write_all(answer).unwrap();
    });
    (folder, Clamd::Unix(path))
}

#[test]
fn what_is_no_clear_answer_is_an_error() {
    for answer in [&b"INSTREAM size limit exceeded. ERROR\0"[..], b"", b"stream: OK, but", b"FOUND"] {
        let (_folder, clamd) = answering(answer);
        assert!(clamd.scan(b"x").is_err(), "{answer:?}");
    }
    let (_folder, clamd) = answering(b"stream: Win.Test FOUND\0");
    assert_eq!(clamd.scan(b"x").unwrap(), Verdict::Found("Win.Test".to_owned()));
}

#[test]
fn files_are_not_sent_over_a_network() {
    assert_eq!("/run/clamav/clamd.ctl".parse(), Ok(Clamd::Unix("/run/clamav/clamd.ctl".into())));
    assert!("127.0.0.1:3310".parse::<Clamd>().is_ok() && "[::1]:3310".parse::<Clamd>().is_ok());
    assert!("192.0.2.1:3310".parse::<Clamd>().is_err() && "clamd".parse::<Clamd>().is_err());
}
