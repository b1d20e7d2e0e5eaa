//! Chromium without a window, and what it tells afterwards: its console and its requests.

use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::interval;
use url::{ParseError, Url};

use crate::app::{self, TestApp};
use crate::driver::{Driver, programs};

/// The service's name in the browser, which knows no other. A page may treat `localhost` as somebody who is
/// only trying things out, and hold back what it does elsewhere.
pub(crate) const HOST: &str = "belino.test";

/// The longest that anything may take to be told.
const PATIENCE: Duration = Duration::from_mins(1);
const OFTEN: Duration = Duration::from_millis(50);

/// Without a language a page is read aloud wrongly; two buttons of one name cannot be told apart by ear.
const OBSTACLES: &str = "
    const found = [], names = new Set();
    const root = document.documentElement;
    if (root.lang !== 'en') found.push('no language');
    if (!document.title) found.push('no title');
    if (!document.querySelector('meta[name=viewport]')) found.push('shrunk on telephones');
    if (document.querySelectorAll('main').length !== 1) found.push('no main part');
    if (document.querySelectorAll('h1').length !== 1) found.push('not one heading');
    if (root.scrollWidth > window.innerWidth) found.push('wider than the window: ' + root.scrollWidth);
    for (const one of document.querySelectorAll('button, a')) {
        const name = one.innerText.trim();
        if (!name || names.has(name)) found.push('a name is empty or there twice: ' + name);
        names.add(name);
    }
    for (const one of document.querySelectorAll('input:not([type=hidden])'))
        if (!one.labels.length) found.push('no label: ' + one.name);
    return found;
";

/// A window on a service of its own.
pub(crate) struct Browser {
    page: Client,
    base: String,
    /// The service.
    pub(crate) app: TestApp,
}

/// Runs a case in a browser of its own, where there is one.
pub(crate) async fn in_a_browser<Done: Future<Output = ()>>(case: impl FnOnce(Browser) -> Done) {
    let Some(programs) = programs() else {
        return;
    };
    app::on_sqlite(async move |app| {
        let profile = tempfile::tempdir().unwrap();
        let driver = Driver::start(&programs);
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&programs.browser.to_string_lossy(), &profile))
            .connect(&driver.address())
            .await
            .unwrap();
        let base = app.base.replace("127.0.0.1", HOST);
        case(Browser {
            page: page.clone(),
            base,
            app,
        })
        .await;
        page.close().await.unwrap();
        drop(driver);
    })
    .await;
}

/// Without the sandbox, which neither root nor most containers can have: its only page is ours.
fn capabilities(program: &str, profile: &TempDir) -> Capabilities {
    let wanted = json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        "goog:chromeOptions": {
            "binary": program,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,1600",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                format!("--user-data-dir={}", profile.path().display()),
                format!("--host-resolver-rules=MAP {HOST} 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"),
            ],
        },
    });
    serde_json::from_value(wanted).unwrap()
}

impl Browser {
    pub(crate) async fn open(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// Goes to an address on this machine, the simulated Meta's among them.
    pub(crate) async fn go(&self, address: &str) {
        self.page.goto(address).await.unwrap();
    }

    /// Loads the page again.
    pub(crate) async fn again(&self) {
        self.page.refresh().await.unwrap();
    }

    /// As wide as a telephone from now on.
    pub(crate) async fn narrow(&self) {
        self.page.set_window_size(400, 800).await.unwrap();
    }

    /// What makes the page hard to use for somebody.
    pub(crate) async fn obstacles(&self) -> Vec<Value> {
        let found = self
            .told("its obstacles", async || {
                self.page.execute(OBSTACLES, Vec::new()).await
            })
            .await;
        found.as_array().unwrap().clone()
    }

    pub(crate) async fn title(&self) -> String {
        self.told("its title", async || self.page.title().await).await
    }

    /// Waits until it is there.
    pub(crate) async fn see(&self, what: &str) -> Element {
        self.told(what, async || self.page.find(Locator::Css(what)).await)
            .await
    }

    /// Waits until a page with this heading is there.
    pub(crate) async fn read(&self, heading: &str) {
        let wanted = format!("//h1[normalize-space()='{heading}']");
        self.told(heading, async || self.page.find(Locator::XPath(&wanted)).await)
            .await;
    }

    /// The texts of all that are there now.
    pub(crate) async fn texts(&self, what: &str) -> Vec<String> {
        self.told(what, async || {
            let mut texts = Vec::new();
            for element in self.page.find_all(Locator::Css(what)).await? {
                texts.push(element.text().await?);
            }
            Ok(texts)
        })
        .await
    }

    pub(crate) async fn click(&self, what: &str) {
        self.told(what, async || {
            let clicked = self.page.find(Locator::Css(what)).await?.click().await;
            // The click itself may have brought the next page.
            clicked.or_else(|error| if is_gone(&error) { Ok(()) } else { Err(error) })
        })
        .await;
    }

    /// Asks until it is answered. While one page gives way to the next there is no answer.
    async fn told<Answer>(&self, what: &str, ask: impl AsyncFn() -> Result<Answer, CmdError>) -> Answer {
        let begun = Instant::now();
        let mut often = interval(OFTEN);
        loop {
            often.tick().await;
            match ask().await {
                Ok(answer) => return answer,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{what} was never told: {error}"),
            }
        }
    }

    /// The description that the page was made from.
    pub(crate) async fn description(&self) -> Value {
        let script =
            "const [done] = arguments; fetch('/openapi.json').then(answer => answer.json()).then(done);";
        self.page.execute_async(script, Vec::new()).await.unwrap()
    }

    /// What the console said that is more than a remark: errors, and what the page's policy refused.
    pub(crate) async fn complaints(&self) -> Vec<Value> {
        let mut said = self.log("browser").await;
        said.retain(|line| line["level"] == "SEVERE" || line["level"] == "WARNING");
        said
    }

    /// Every address that was asked for anything, but for what the page and the browser have in themselves.
    pub(crate) async fn asked_elsewhere(&self) -> Vec<String> {
        let asked = self.requests().await;
        assert!(asked.iter().any(|url| url.starts_with(&self.base)), "{asked:?}");
        asked
            .into_iter()
            .filter(|url| {
                ![&self.base, "data:", "chrome:"]
                    .iter()
                    .any(|at_home| url.starts_with(at_home))
            })
            .collect()
    }

    async fn requests(&self) -> Vec<String> {
        let events = self.log("performance").await;
        let messages = events.iter().map(|event| {
            let message: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
            message["message"].clone()
        });
        messages
            .filter(|message| message["method"] == "Network.requestWillBeSent")
            .map(|message| message["params"]["request"]["url"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        let lines = self.page.issue_cmd(ReadLog(kind)).await.unwrap();
        lines.as_array().unwrap().clone()
    }
}

/// What was asked went away with its page: chromedriver's own word, which no standard has.
fn is_gone(error: &CmdError) -> bool {
    matches!(error, CmdError::NotW3C(word) if word == "aborted by navigation")
}

/// Chromedriver's own command: the lines of a log since it was last read.
#[derive(Debug)]
struct ReadLog(&'static str);

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}
