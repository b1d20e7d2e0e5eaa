//! Every route, in one tree. The description is made from it.

use actix_web::middleware::from_fn;
use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::auth::authenticate;
use super::{
    accounts, callbacks, comments, connections, deliveries, events, fallback, feed, health, keys, login,
    media, mentions, messages, parting, posts, profile, replays, status, stories, summary, uploads, verify,
    webhook,
};

/// Adds every route. Meta's stand first and outside the scope that asks for a key.
pub fn tree(app: &mut ServiceConfig) {
    app.service(webhook::receive)
        .service(webhook::verify)
        .route("/api/instagram/webhook", web::route().to(fallback::refuse))
        .service(login::callback)
        .route("/connect/{session}", web::get().to(login::choosing))
        .route("/connect/{session}", web::post().to(login::chosen))
        .service(callbacks::deauthorize)
        .route("/api/instagram/deauthorize", web::route().to(fallback::refuse))
        .service(callbacks::delete_data)
        .route("/api/instagram/data-deletion", web::route().to(fallback::refuse))
        .service(callbacks::progress)
        .route(
            "/api/instagram/data-deletion/{code}",
            web::route().to(fallback::refuse),
        )
        .service(uploads::serve)
        .service(uploads::measure)
        .service(health::alive)
        .service(health::ready)
        .service(
            scope("/metrics")
                .service(health::metrics)
                .wrap(from_fn(authenticate)),
        )
        .service(scope("/api").configure(api).wrap(from_fn(authenticate)));
}

fn api(app: &mut ServiceConfig) {
    app.service(
        scope("/instagram")
            .service(status::read)
            .service(accounts::list)
            .service(accounts::one)
            .service(profile::read)
            .service(verify::verify)
            .service(media::list)
            .service(login::authorize)
            .service(login::session)
            .service(login::choose)
            .service(uploads::take)
            .service(uploads::list)
            .service(uploads::one)
            .service(uploads::remove)
            .service(posts::create)
            .service(posts::list)
            .service(posts::one)
            .service(posts::change)
            .service(posts::publish)
            .service(posts::cancel)
            .service(posts::resolve)
            .service(connections::create)
            .service(connections::list)
            .service(parting::remove)
            .service(parting::disconnect),
    )
    .service(summary::read)
    .service(
        scope("/deliveries")
            .service(deliveries::list)
            .service(deliveries::one)
            .service(deliveries::body),
    )
    .service(
        scope("/events")
            .service(events::list)
            .service(events::one)
            .service(events::retry),
    )
    .service(scope("/replays").service(replays::create).service(replays::one))
    .service(scope("/feed").service(feed::list).service(feed::stream))
    .service(scope("/comments").service(comments::list))
    .service(scope("/story-insights").service(stories::list))
    .service(scope("/mentions").service(mentions::list))
    .service(scope("/messages").service(messages::list))
    .service(
        scope("/keys")
            .service(keys::create)
            .service(keys::list)
            .service(keys::revoke),
    );
}
