//! Notifications as Meta sends them: its order of keys, its escaping, its headers, signed.

use std::fmt::Write as _;

use belino::clock::Clock;
use belino::domain::AppSecret;
use belino::webhook::signature::sign;

use crate::comments::Comment;

/// The secret that everybody here shares.
pub const APP_SECRET: &str = "figures-app-secret-0001";

/// What people say, as Meta writes it on the wire.
const SAYINGS: [&str; 8] = [
    r"I have been coming here since the very first week and it only ever gets better, see you all on Sunday \ud83c\udf5e and save one for me please!",
    r"Sch\u00f6n gemacht, gr\u00fc\u00dfe aus K\u00f6ln! Wann gibt es das wieder, und kann man es auch vorbestellen oder nur im Laden kaufen?",
    r"how much is it \/ where can I get it \/ do you ship to Portugal, or is there a shop in Lisbon that has it? Asking for my sister :)",
    r"\u0040theo look at this one, this is exactly what I meant the other day when we talked about the colour of the kitchen wall",
    r"Is the 50\u0025 off still on today? The page says yes but the basket says no, and I would really like two of the large ones in green",
    r"O p\u00e3o est\u00e1 \u00f3timo \ud83d\ude0d\ud83d\ude0d parab\u00e9ns a toda a equipa, voltamos na pr\u00f3xima semana com os mi\u00fados todos!",
    r"best in town \u003C3 and I have tried all of them, twice, my doctor is not amused but what can you do when it is this good",
    r"Thank you for answering so quickly yesterday, the parcel came this morning and everything is whole. Will order again very soon!",
];
const NAMES: [&str; 6] = [
    "ann.b",
    "joao_m",
    "mila.kocht",
    "k.yilmaz",
    "rosa.p",
    "finn_the_baker",
];

/// Many requests in one piece of memory, ready to be written to a socket.
#[derive(Default)]
pub struct Requests {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    body_bytes: usize,
}

impl Requests {
    /// A signed notification for each `per_delivery` comments of an account.
    pub fn of(account: &str, comments: &[Comment], per_delivery: usize) -> Self {
        let secret = AppSecret::new(APP_SECRET);
        let time = Clock::system().now().seconds();
        let mut requests = Self::default();
        for part in comments.chunks(per_delivery) {
            requests.add(&secret, &notification(account, time, part));
        }
        requests
    }

    fn add(&mut self, secret: &AppSecret, body: &str) {
        let head = format!(
            "POST /api/instagram/webhook HTTP/1.1\r\nhost: belino.local\r\naccept: */*\r\n\
             user-agent: facebookexternalua\r\ncontent-type: application/json\r\n\
             x-hub-signature-256: {}\r\ncontent-length: {}\r\n\r\n",
            sign(secret, body.as_bytes()),
            body.len()
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(body.as_bytes());
        self.ends.push(self.bytes.len());
        self.body_bytes += body.len();
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The length of a body, on average.
    pub fn mean_body(&self) -> usize {
        self.body_bytes / self.len().max(1)
    }

    /// One of them.
    pub fn get(&self, nth: usize) -> Option<&[u8]> {
        let end = *self.ends.get(nth)?;
        let start = nth
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        self.bytes.get(start..end)
    }
}

/// The body of a notification of these comments.
pub fn notification(account: &str, time: i64, comments: &[Comment]) -> String {
    let mut body = format!(r#"{{"object":"instagram","entry":[{{"id":"{account}","time":{time},"changes":["#);
    for (nth, comment) in comments.iter().enumerate() {
        if nth > 0 {
            body.push(',');
        }
        change(&mut body, comment);
    }
    body.push_str("]}]}");
    body
}

fn change(body: &mut String, comment: &Comment) {
    let Comment { id, media, parent } = comment;
    let pick = |list: &[&'static str]| {
        let nth = usize::try_from(id / 7).unwrap_or(0) % list.len();
        list.get(nth).copied().unwrap_or_default()
    };
    let parent = parent.map_or_else(String::new, |parent| format!(r#","parent_id":"{parent}""#));
    let from = 1_000_000_000_000_000 + id % 1_000_003;
    write!(
        body,
        r#"{{"field":"comments","value":{{"from":{{"id":"{from}","username":"{}"}},"media":{{"id":"{media}","media_product_type":"FEED"}},"id":"{id}"{parent},"text":"{}"}}}}"#,
        pick(&NAMES),
        pick(&SAYINGS),
    )
    .expect("a String takes everything");
}
