//! The subscription handshake: the address must give the challenge back (meta-webhooks.md §1).

use std::time::Duration;

use crate::domain::Login;
use crate::sandbox::meta::Meta;
use crate::sandbox::seed;
use crate::sandbox::world::Destination;

/// Asks the address for the challenge; it is verified for the app when exactly that comes back.
pub(crate) async fn shake(meta: &Meta, login: Login, to: &Destination) -> Result<(), String> {
    let challenge = format!(
        "{}",
        1_000_000_000 + seed::of_words(meta.seed, &["challenge", &meta.trace()]) % 1_000_000_000
    );
    let request = meta
        .outbox
        .client
        .get(to.url.clone())
        .query(&[
            ("hub.mode", "subscribe"),
            ("hub.challenge", challenge.as_str()),
            ("hub.verify_token", to.verify_token.as_str()),
        ])
        .timeout(Duration::from_secs(5));
    let answer = request
        .send()
        .await
        .map_err(|error| format!("no answer: {}", error.without_url()))?;
    let status = answer.status();
    let body = answer
        .text()
        .await
        .map_err(|error| format!("no answer: {}", error.without_url()))?;
    if status.as_u16() != 200 {
        return Err(format!("the address answered {status} to the handshake"));
    }
    if body != challenge {
        return Err("the address did not give the challenge back, and nothing but it".to_owned());
    }
    meta.outbox.verify(login, to.clone());
    Ok(())
}

/// Tries again with every address that has not answered yet; it may come up later than we did.
pub(super) async fn shake_all(meta: &Meta) {
    let open: Vec<(Login, Destination)> = {
        let world = meta.world();
        let open = world
            .callbacks
            .iter()
            .filter(|(login, to)| !meta.outbox.is_verified(**login, to));
        open.map(|(login, to)| (*login, to.clone())).collect()
    };
    for (login, to) in open {
        if let Err(why) = shake(meta, login, &to).await {
            tracing::debug!(login = %login, why, "the webhook address is not verified yet");
        }
    }
}
