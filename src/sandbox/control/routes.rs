//! All control paths, in one tree.

use actix_web::web::{self, QueryConfig, ServiceConfig, delete, get, post};

use super::problem::Problem;
use super::{
    accounts, apps, callback, clock, comments, faults, feed, looks, media, mentions, messages, pages,
    portfolios, profile, removal, sample, settings, stories, tokens, users,
};

/// Adds the tree under `/sandbox`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/sandbox")
            .app_data(QueryConfig::default().error_handler(|error, _| Problem::of_query(&error).into()))
            .route("/accounts", post().to(accounts::create))
            .route("/accounts", get().to(accounts::list))
            .route("/accounts/{account}", post().to(accounts::update))
            .route("/users", post().to(users::create))
            .route("/users", get().to(users::list))
            .route("/pages", post().to(pages::create))
            .route("/pages", get().to(pages::list))
            .route("/pages/{page}", post().to(pages::assign))
            .route("/pages/{page}/portfolio", post().to(portfolios::put))
            .route("/pages/{page}/portfolio", delete().to(portfolios::take))
            .route("/tokens", post().to(tokens::set))
            .route("/tokens", get().to(tokens::list))
            .route("/apps", post().to(apps::register))
            .route("/apps", get().to(apps::list))
            .route("/deauthorize", post().to(removal::deauthorize))
            .route("/data-deletion", post().to(removal::data_deletion))
            .route("/media", post().to(media::create))
            .route("/media/{id}", delete().to(media::remove))
            .route("/comments", post().to(comments::create))
            .route("/comments/{id}", delete().to(comments::remove))
            .route("/comments/{id}", post().to(comments::update))
            .route("/sample.jpg", get().to(sample::picture))
            .route("/sample.mp4", get().to(sample::film))
            .route("/stories", post().to(stories::create))
            .route("/stories/{id}/expire", post().to(stories::expire))
            .route("/mentions", post().to(mentions::create))
            .route("/messages", post().to(messages::create))
            .route("/messages/{mid}/edit", post().to(messages::edit))
            .route("/messages/{mid}", delete().to(messages::remove))
            .route("/faults", post().to(faults::order))
            .route("/faults", get().to(faults::list))
            .route("/faults", delete().to(faults::cancel_all))
            .route("/faults/{id}", delete().to(faults::cancel))
            .route("/clock", get().to(clock::show))
            .route("/clock", post().to(clock::shift))
            .route("/callback", post().to(callback::set))
            .route("/callback", delete().to(callback::remove))
            .route("/settings", get().to(settings::show))
            .route("/settings", post().to(settings::set))
            .route("/reset", post().to(settings::reset))
            .route("/calls", get().to(looks::calls))
            .route("/containers", get().to(looks::containers))
            .route("/feed/{account}", get().to(feed::feed))
            .route("/feed/{account}/page", get().to(profile::page))
            .route("/deliveries", get().to(looks::deliveries))
            .route("/deliveries/send", post().to(looks::send))
            .default_service(web::to(looks::nothing)),
    );
}
