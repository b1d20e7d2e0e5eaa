//! A browser of few words: it answers the form of a dialog of Meta's and goes where it is led.

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode};
use url::Url;

/// The person answers a dialog: ticks everything that is asked for, and every Page, unless they say otherwise. Gives
/// where Meta leads the browser.
pub(crate) async fn answer(http: &Client, dialog: &Url, answers: &[(&str, &str)]) -> Url {
    let says = |name: &str| answers.iter().any(|(said, _)| *said == name);
    let mut form: Vec<(String, String)> = dialog.query_pairs().into_owned().collect();
    if !says("permission") {
        let scope = parameter(dialog, "scope").unwrap();
        form.extend(
            scope
                .split(',')
                .map(|one| ("permission".to_owned(), one.to_owned())),
        );
    }
    for (name, usual) in [("page", "all"), ("action", "continue")] {
        if !says(name) {
            form.push((name.to_owned(), usual.to_owned()));
        }
    }
    form.extend(
        answers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let mut page = dialog.clone();
    page.set_query(None);
    let answer = http.post(page).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    led_to(&answer)
}

/// Where an answer leads.
pub(crate) fn led_to(answer: &Response) -> Url {
    answer.headers()[LOCATION].to_str().unwrap().parse().unwrap()
}

/// A parameter of an address.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs().into_owned();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}
