//! Scheduled posts: a thousand of fifty accounts in the same minute, and what a carousel costs.
//!
//! No figure is told of a post that came early or twice, or of a quota that was not kept: then there is no table.

use std::time::Duration;

use anyhow::{Context, ensure};
use belino::clock::Clock;
use belino::domain::Timestamp;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::installation::{Installation, scratch};
use crate::releases::{Release, releases};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{float, grouped, millis, percentile};
use crate::table::Table;
use crate::wait;

/// Asked for at the same time.
const AT_ONCE: usize = 8;
const LOOKED_AT: Duration = Duration::from_millis(250);
/// What is due is published by then.
const PATIENCE: Duration = Duration::from_mins(3);
/// What the quota holds back would have come by then.
const HELD_BACK: Duration = Duration::from_secs(3);
/// Meta's own.
const QUOTA: usize = 100;
const PICTURE: &str = "https://cdn.example.org/bread.jpg";
/// What a carousel of ten may cost beside looks: ten items, itself, its publication.
const CAROUSEL: usize = 12;

/// How much is scheduled.
struct Size {
    accounts: usize,
    each: usize,
    /// From the asking to the time of the first: they are prepared meanwhile.
    ahead: Duration,
}

/// When they are due, and how many an account may publish.
struct Run {
    told: &'static str,
    over: Duration,
    quota: usize,
}

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let size = Size {
        accounts: if quick { 10 } else { 50 },
        each: 20,
        ahead: Duration::from_secs(if quick { 25 } else { 90 }),
    };
    let minute = Duration::from_secs(if quick { 10 } else { 60 });
    let runs = [
        Run {
            told: "over the minute",
            over: minute,
            quota: QUOTA,
        },
        Run {
            told: "in the same instant",
            over: Duration::ZERO,
            quota: QUOTA,
        },
        Run {
            told: "in the same instant",
            over: Duration::ZERO,
            quota: size.each * 3 / 4,
        },
    ];
    let cluster = Cluster::start()?;
    let mut table = Table::new(&[
        "on",
        "due",
        "posts",
        "quota an account",
        "published",
        "early",
        "twice",
        "start delay p50 ms",
        "p99 ms",
        "max ms",
    ]);
    for (database, on) in [("SQLite", None), ("PostgreSQL", Some(&cluster))] {
        for run in &runs {
            let mut delays = punctual(&size, run, on).await?;
            delays.sort_unstable();
            let at = |share| grouped(millis(percentile(&delays, share)), 0);
            println!("{database}, {}: p99 {} ms", run.told, at(99.0));
            table.row([
                database.to_owned(),
                run.told.to_owned(),
                grouped(float(size.accounts * size.each), 0),
                run.quota.to_string(),
                grouped(float(delays.len()), 0),
                "0".to_owned(),
                "0".to_owned(),
                at(50.0),
                at(99.0),
                at(100.0),
            ]);
        }
    }
    table.note(format!(
        "Images of {} accounts, {} of each, asked for over the API {:?} ahead and prepared by the time. The delay is that of the call that publishes, as the sandbox got it, behind the post's `publish_at`. Posts that the quota holds back wait and say so. Without all of this (none early, none twice, none beyond its quota, none missing) the run fails and there is no table.",
        size.accounts, size.each, size.ahead
    ));
    table.note(carousel().await?);
    Ok(table)
}

/// Schedules posts and gives how late each that was published was begun, in microseconds.
async fn punctual(size: &Size, run: &Run, on: Option<&Cluster>) -> anyhow::Result<Vec<u32>> {
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    sandbox
        .publish_so(json!({ "fetch_media": false, "republish": "duplicate", "quota_total": run.quota }))
        .await?;
    let installation = Installation::connected(&sandbox, on)?;
    let service = Service::start(&installation, Role::Both).await?;
    let accounts = connected(&sandbox, &service, size.accounts).await?;
    let first = Clock::system().now() + size.ahead;
    ask(&service, &accounts, size, |number| due(first, run, size, number)).await?;
    ensure!(
        Clock::system().now() < first,
        "asking for the posts took longer than {:?}",
        size.ahead
    );
    ensure!(published(&sandbox).await? == 0, "a post is early");
    let wanted = size.accounts * size.each.min(run.quota);
    wait::until("all that may be published is", LOOKED_AT, PATIENCE, async || {
        (published(&sandbox).await.ok()? >= wanted).then_some(())
    })
    .await?;
    if run.quota < size.each {
        tokio::time::sleep(HELD_BACK).await;
        let waiting = size.accounts * (size.each - run.quota);
        ensure!(
            held_back(&service).await? == waiting,
            "not every post that the quota holds back says so"
        );
    }
    let releases = releases(&sandbox, &accounts, run.quota).await?;
    ensure!(
        releases.len() == wanted,
        "{} posts are published, not {wanted}",
        releases.len()
    );
    releases
        .iter()
        .map(|one| delay(one, due(first, run, size, one.number)))
        .collect()
}

/// When the post of this number is due.
fn due(first: Timestamp, run: &Run, size: &Size, number: usize) -> Timestamp {
    let all = u32::try_from(size.accounts * size.each).unwrap_or(u32::MAX);
    let nth = u32::try_from(number).unwrap_or(u32::MAX);
    first + run.over * nth / all
}

fn delay(release: &Release, due: Timestamp) -> anyhow::Result<u32> {
    let number = release.number;
    ensure!(
        release.at >= due,
        "post {number} was due at {due} and published at {}: early",
        release.at
    );
    Ok(u32::try_from(release.at.since(due).as_micros())?)
}

/// The sandbox's account and more, all connected.
async fn connected(sandbox: &Sandbox, service: &Service, count: usize) -> anyhow::Result<Vec<String>> {
    let mut accounts = vec![sandbox.account.clone()];
    for nth in 1..count {
        let (id, token) = sandbox.open_account(&format!("figures{nth}")).await?;
        let wish = json!({ "login": "instagram", "workspace": "figures", "token": token });
        service.post("/api/instagram/connections", &wish).await?;
        accounts.push(id);
    }
    Ok(accounts)
}

/// Asks for all posts; their captions are their numbers.
async fn ask(
    service: &Service,
    accounts: &[String],
    size: &Size,
    due: impl Fn(usize) -> Timestamp,
) -> anyhow::Result<()> {
    let all = accounts
        .iter()
        .cycle()
        .enumerate()
        .take(accounts.len() * size.each);
    stream::iter(all)
        .map(|(number, account)| {
            let wish = json!({
                "account": account, "kind": "image", "caption": number.to_string(),
                "media": [{ "url": PICTURE }], "publish_at": due(number),
            });
            async move { service.post("/api/instagram/posts", &wish).await.map(drop) }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// How many posts followers see, of all accounts.
async fn published(sandbox: &Sandbox) -> anyhow::Result<usize> {
    let accounts = sandbox.look("accounts").await?;
    let accounts = accounts
        .get("data")
        .and_then(Value::as_array)
        .context("accounts")?;
    let counts = accounts
        .iter()
        .filter_map(|account| account.get("media_count")?.as_u64());
    Ok(usize::try_from(counts.sum::<u64>())?)
}

/// How many posts wait for room in the quota, and say so.
async fn held_back(service: &Service) -> anyhow::Result<usize> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = service
            .get(&format!("/api/instagram/posts?state=ready&limit=200{after}"))
            .await?;
        let rows = page.get("data").and_then(Value::as_array).context("posts")?;
        let says = |row: &&Value| row.pointer("/reason/code").and_then(Value::as_str) == Some("quota-full");
        count += rows.iter().filter(says).count();
        match page.get("next").and_then(Value::as_str) {
            Some(next) if !rows.is_empty() => after = format!("&after={next}"),
            _ => return Ok(count),
        }
    }
}

/// What a carousel of ten costs, in words.
async fn carousel() -> anyhow::Result<String> {
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    sandbox.publish_so(json!({ "fetch_media": false })).await?;
    let installation = Installation::connected(&sandbox, None)?;
    let service = Service::start(&installation, Role::Both).await?;
    let before = sandbox.calls().await?;
    let media: Vec<Value> = (0..10).map(|_| json!({ "url": PICTURE })).collect();
    let wish = json!({ "kind": "carousel", "caption": "ten", "media": media });
    let made = service.post("/api/instagram/posts", &wish).await?;
    let path = format!(
        "/api/instagram/posts/{}",
        made.get("id").and_then(Value::as_str).context("an id")?
    );
    wait::until(
        "the carousel is published, and nothing more is done about it",
        LOOKED_AT,
        PATIENCE,
        async || {
            let post = service.get(&path).await.ok()?;
            (post.get("state")? == "published" && post.get("next_step_at")?.is_null()).then_some(())
        },
    )
    .await?;
    let calls = sandbox
        .look(&format!("calls?limit={}", sandbox.calls().await? - before))
        .await?;
    let calls = calls.get("data").and_then(Value::as_array).context("calls")?;
    let writes = calls
        .iter()
        .filter(|call| call.get("method").is_some_and(|method| method == "POST"))
        .count();
    ensure!(
        writes <= CAROUSEL,
        "a carousel of ten cost {writes} calls beside looks"
    );
    Ok(format!(
        "A carousel of ten cost {writes} calls that make or publish, and {} that look, its permalink and the quota among them.",
        calls.len() - writes
    ))
}
