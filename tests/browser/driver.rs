//! A chromedriver of a case's own, on a port that the system chose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long it may take to put its browsers away.
const PATIENCE: Duration = Duration::from_secs(20);

/// The programs that the cases need.
pub(crate) struct Programs {
    pub(crate) driver: PathBuf,
    pub(crate) browser: PathBuf,
}

/// A running driver; its browsers go with it.
pub(crate) struct Driver {
    child: Child,
    port: u16,
}

/// Where the programs are. None if this machine lacks one, which is said aloud.
///
/// # Panics
/// If one is missing where `CI` is set.
pub(crate) fn programs() -> Option<Programs> {
    let driver = find(&["chromedriver"]);
    let browser = find(&["chromium", "chromium-browser", "google-chrome"]);
    if let (Some(driver), Some(browser)) = (driver, browser) {
        return Some(Programs { driver, browser });
    }
    let missing = "Chromium or chromedriver is not installed: run scripts/test-setup";
    assert!(std::env::var_os("CI").is_none(), "{missing}");
    say(missing);
    None
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.exists())
}

#[expect(clippy::print_stderr, reason = "a gap in what was tested must be seen")]
fn say(missing: &str) {
    eprintln!("NOT TESTED in a browser: {missing}");
}

impl Driver {
    /// Starts it, and waits until it has said which port it got.
    pub(crate) fn start(programs: &Programs) -> Self {
        let mut child = Command::new(&programs.driver)
            .args(["--port=0", "--log-level=WARNING"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // Whatever else it says is read, or it would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let Some(port) = port else {
            child.kill().ok();
            panic!("chromedriver ended without saying its port");
        };
        Self { child, port }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to end; it ends its browsers first, also when a case failed before it could.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.shut_down().ok();
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
