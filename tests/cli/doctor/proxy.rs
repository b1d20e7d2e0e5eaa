//! A proxy before the service that does to requests what proxies do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

/// A request: its head by line, and its body.
pub(super) type Message = (Vec<String>, Vec<u8>);

/// Starts one before the service at this address; gives its own.
pub(super) fn before(service: &str, change: fn(Message) -> Message) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = service.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            // Whoever asks sees that it broke off.
            hand_on(connection, &service, change).ok();
        }
    });
    address
}

/// One request to a connection.
fn hand_on(mut client: TcpStream, service: &str, change: fn(Message) -> Message) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let length = |line: &String| {
        line.to_lowercase()
            .strip_prefix("content-length:")?
            .trim()
            .parse()
            .ok()
    };
    let mut body = vec![0; head.iter().find_map(length).unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let (mut head, body) = change((head, body));
    head.retain(|line| !line.to_lowercase().starts_with("content-length:"));
    head.push(format!("content-length: {}", body.len()));
    head.push("connection: close".to_owned());
    let mut server = TcpStream::connect(service)?;
    server.write_all(format!("{}\r\n\r\n", head.join("\r\n")).as_bytes())?;
    server.write_all(&body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    client.write_all(&answer)
}
