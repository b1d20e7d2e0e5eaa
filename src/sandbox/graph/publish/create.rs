//! `POST /{account}/media`: a container (graph-publishing.md §2).

use std::time::Duration;

use super::draft::Draft;
use super::quota::{DAY, publisher};
use super::source::fetch_all;
use crate::domain::Timestamp;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::faults::What;
use crate::sandbox::graph::authority::scene;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::publishing::{MediaFaults, Publishing};
use crate::sandbox::world::{Change, Container, Id, Kind, MediaType, Upload, World, since};

/// Makes a container, once its media were fetched; what was `struck` may decide its fate.
pub(crate) async fn create(
    meta: &Meta,
    request: &Request,
    node: &str,
    struck: &[What],
) -> Result<Vec<u8>, GraphFault> {
    let draft = {
        let world = meta.world();
        let scene = scene(meta, &world, request)?;
        let account = &publisher(&scene, request, node)?.account;
        let draft = Draft::read(&world, account.id, request, meta.now())?;
        if draft.details.graduation_strategy.is_some() && !account.trial_reels {
            return Err(GraphFault::of(100, Some(2_207_081)));
        }
        draft
    };
    let fetched = fetch_all(meta, &draft).await.map(|()| None);
    let now = meta.now();
    let (id, is_resumable) = meta.change(|world| {
        let rules = &world.settings.publishing;
        let failure = fetched.or_else(|fault| told_later(rules, fault))?;
        must_have_room(world, draft.account, now)?;
        let id = world
            .fresh(Kind::Container)
            .next()
            .expect("a range of ids does not end");
        let is_resumable = draft.is_resumable;
        let mut container = container(draft, id, rules, now);
        container.failure = failure;
        befall(&mut container, struck, now);
        let change = Change::Container(Box::new(container));
        Ok::<_, GraphFault>((vec![change], (id, is_resumable)))
    })?;
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("id").id(id);
        if is_resumable {
            json.key("uri").text(&request.upload_address(id));
        }
    });
    Ok(json.into_bytes())
}

/// What a container fails with whose media are no good, where that is not told at once.
fn told_later(rules: &Publishing, fault: GraphFault) -> Result<Option<i64>, GraphFault> {
    match rules.media_faults {
        MediaFaults::InProcessing => Ok(fault.subcode),
        MediaFaults::AtCreation => Err(fault),
    }
}

/// How long media of a form are processed.
pub(super) fn processing(rules: &Publishing, form: MediaType) -> Duration {
    Duration::from_secs(match form {
        MediaType::Image => rules.image_seconds,
        MediaType::Video => rules.video_seconds,
        MediaType::CarouselAlbum => rules.carousel_seconds,
    })
}

/// The code of the limit on containers is not in the reference: it is answered as that on posts is.
fn must_have_room(world: &World, account: Id, now: Timestamp) -> Result<(), GraphFault> {
    let record = world.accounts.get(&account);
    let record = record.ok_or_else(|| GraphFault::no_such_object(&account.to_string()))?;
    let most = world.settings.publishing.containers_per_day;
    if since(&record.containers, now - DAY) < most {
        return Ok(());
    }
    Err(GraphFault::of(9, Some(2_207_042)).with_words(format!(
        "You reached the maximum number of {most} containers that can be created in 24 hours."
    )))
}

fn container(draft: Draft, id: Id, rules: &Publishing, now: Timestamp) -> Container {
    let form = draft.format.form();
    Container {
        id,
        account: draft.account,
        form,
        product: draft.format.product(),
        carousel_item: draft.format.is_item(),
        caption: draft.caption,
        children: draft.children,
        details: draft.details,
        made_at: now,
        ready_at: (!draft.is_resumable).then(|| now + processing(rules, form)),
        expires_at: now + rules.container_life(),
        failure: None,
        upload: draft.is_resumable.then(Upload::default),
        published: Vec::new(),
        published_at: None,
    }
}

fn befall(container: &mut Container, struck: &[What], now: Timestamp) {
    for what in struck {
        match what {
            What::ContainerError(subcode) => container.failure = Some(*subcode),
            What::ContainerExpiresSeconds(seconds) => {
                container.expires_at = now + Duration::from_secs(*seconds);
            }
            What::ContainerTakesSeconds(seconds) => {
                container.ready_at = container.ready_at.map(|_| now + Duration::from_secs(*seconds));
            }
            _ => {}
        }
    }
}
