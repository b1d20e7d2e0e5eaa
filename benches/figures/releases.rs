//! What the sandbox saw of publications: which post, and when it was told to publish it.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use belino::domain::Timestamp;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// The sandbox keeps no more calls.
const CALLS: usize = 10_000;

/// A publication.
pub struct Release {
    /// Which post: its caption.
    pub number: usize,
    /// When the call came.
    pub at: Timestamp,
}

/// All publications, each once; fails if one is seen twice, or an account has more than its quota.
pub async fn releases(sandbox: &Sandbox, accounts: &[String], quota: usize) -> anyhow::Result<Vec<Release>> {
    let mut told = publishing_calls(sandbox).await?;
    let mut all: BTreeMap<usize, Timestamp> = BTreeMap::new();
    for account in accounts {
        let feed = sandbox.look(&format!("feed/{account}?limit={CALLS}")).await?;
        let posts = feed.get("posts").and_then(Value::as_array).context("posts")?;
        let calls = told.remove(account).unwrap_or_default();
        ensure!(
            posts.len() <= quota,
            "an account has {} posts, {quota} may be",
            posts.len()
        );
        ensure!(
            posts.len() == calls.len(),
            "{} calls made {} posts",
            calls.len(),
            posts.len()
        );
        // One of an account at a time: the order of the calls is that of the posts, which are told newest first.
        for (post, at) in posts.iter().rev().zip(calls) {
            let caption = post.get("caption").and_then(Value::as_str).context("a caption")?;
            ensure!(
                all.insert(caption.parse()?, at).is_none(),
                "post {caption} is seen twice"
            );
        }
    }
    Ok(all
        .into_iter()
        .map(|(number, at)| Release { number, at })
        .collect())
}

/// The times of the calls that published something, by account, the oldest first.
async fn publishing_calls(sandbox: &Sandbox) -> anyhow::Result<BTreeMap<String, Vec<Timestamp>>> {
    let answer = sandbox.look(&format!("calls?limit={CALLS}")).await?;
    let total = answer.get("total").and_then(Value::as_u64).context("a total")?;
    ensure!(
        total <= CALLS as u64,
        "the sandbox has forgotten the first of {total} calls"
    );
    let mut told: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for call in answer
        .get("data")
        .and_then(Value::as_array)
        .context("calls")?
        .iter()
        .rev()
    {
        let text = |name: &str| call.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("path").ends_with("/media_publish") && call.get("status").is_some_and(|status| status == 200)
        {
            told.entry(text("account").to_owned())
                .or_default()
                .push(text("at").parse()?);
        }
    }
    Ok(told)
}
