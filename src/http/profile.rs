//! The profile of a connected account as Meta last told it, and its counts day by day. Graph is not asked.

use actix_web::get;
use actix_web::web::{Data, Json};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::accounts::meant;
use super::answers::Reading;
use super::auth::Reader;
use super::params::{FromQuery, Params, Query};
use super::{Problem, State};
use crate::domain::Timestamp;
use crate::store::{AccountStanding, ProfileDay, Quota};

const DEFAULT_DAYS: i64 = 30;
const MOST_DAYS: i64 = 400;

/// Whose profile, and how far back.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Meta's id of the account; needed only where several are connected.
    account: Option<String>,
    /// Days of history.
    #[param(minimum = 0, maximum = 400, default = 30)]
    days: i64,
}

impl FromQuery for Asked {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        let expected = "expected a number from 0 to 400";
        let days = query.value("days", expected)?.unwrap_or(DEFAULT_DAYS);
        if !(0..=MOST_DAYS).contains(&days) {
            return Err(Problem::parameter("days", expected));
        }
        Ok(Self {
            account: query.text("account")?,
            days,
        })
    }
}

/// An account's profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Profile)]
pub struct ProfileView {
    /// Meta's id of it.
    account_id: String,
    /// Its user name.
    username: Option<String>,
    /// The name shown.
    name: Option<String>,
    /// Its type as Meta writes it, as `Business`; null under Facebook Login, which does not tell.
    account_type: Option<String>,
    /// Where its picture is, for some days.
    picture_url: Option<String>,
    /// How many follow it.
    followers: Option<i64>,
    /// How many it follows.
    follows: Option<i64>,
    /// How many media it has.
    media_count: Option<i64>,
    /// When Meta told this; null: not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_synced_at: Option<Timestamp>,
    /// Meta's quota of posts of a moving day, as it was told last; null: nothing was published yet.
    posts: Option<PostsView>,
    /// The counts of the last days on which Meta was asked, the latest first.
    history: Vec<DayView>,
}

/// Meta's quota of posts of a moving day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfilePosts)]
pub struct PostsView {
    /// How many may be published.
    allowed: i64,
    /// How many more may be, our own since then taken off.
    left: i64,
    /// When Meta told so.
    #[schema(value_type = String, format = DateTime)]
    told_at: Timestamp,
}

impl From<Quota> for PostsView {
    fn from(quota: Quota) -> Self {
        Self {
            allowed: quota.allowed,
            left: quota.left(),
            told_at: quota.told_at,
        }
    }
}

/// The counts of a day, in UTC, as they were last seen on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfileDay)]
pub struct DayView {
    /// The day, as `2026-11-22`.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// How many followed the account.
    followers: Option<i64>,
    /// How many it followed.
    follows: Option<i64>,
    /// How many media it had.
    media_count: Option<i64>,
}

impl From<ProfileDay> for DayView {
    fn from(row: ProfileDay) -> Self {
        let since_1970 = jiff::Span::new().days(row.day);
        Self {
            day: jiff::civil::date(1970, 1, 1).saturating_add(since_1970),
            followers: row.followers,
            follows: row.follows,
            media_count: row.media_count,
        }
    }
}

impl ProfileView {
    fn new(standing: AccountStanding, quota: Option<Quota>, days: Vec<ProfileDay>) -> Self {
        let profile = standing.profile;
        Self {
            account_id: standing.instagram_id,
            username: profile.username,
            name: profile.name,
            account_type: profile.account_type,
            picture_url: profile.picture_url,
            followers: profile.followers,
            follows: profile.follows,
            media_count: profile.media_count,
            last_synced_at: standing.synced_at,
            posts: quota.map(Into::into),
            history: days.into_iter().map(Into::into).collect(),
        }
    }
}

/// Tells the profile of an account, as Meta last told it; null if none is connected.
#[utoipa::path(
    tag = "connections",
    operation_id = "read_profile",
    params(Asked),
    responses((status = 200, description = "The profile, or null", body = Option<ProfileView>), Reading)
)]
#[get("/profile")]
pub async fn read(
    caller: Reader,
    Params(asked): Params<Asked>,
    state: Data<State>,
) -> Result<Json<Option<ProfileView>>, Problem> {
    let Some(id) = meant(&state, caller.workspace, asked.account).await? else {
        return Ok(Json(None));
    };
    let standings = state.store.standings(caller.workspace).await?;
    let Some(standing) = standings.into_iter().find(|standing| standing.instagram_id == id) else {
        return Ok(Json(None));
    };
    let days = state.store.profile_days(standing.key, asked.days).await?;
    let quota = state.store.quota(standing.key).await?;
    Ok(Json(Some(ProfileView::new(standing, quota, days))))
}
