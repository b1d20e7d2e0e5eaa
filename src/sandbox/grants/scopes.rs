//! The permissions that exist (graph-oauth.md §1.5, §2.1).

use crate::domain::Login;

/// What Belino may ask for with Facebook Login.
const FACEBOOK: &[&str] = &[
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
    "business_management",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "instagram_manage_messages",
];

/// All of Instagram Login's; the names without `instagram_` stopped working in 2025.
const INSTAGRAM: &[&str] = &[
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_insights",
    "instagram_business_manage_messages",
];

/// Every permission that Belino may ask for.
pub(crate) fn all_scopes(login: Login) -> Vec<String> {
    let scopes = match login {
        Login::Facebook => FACEBOOK,
        Login::Instagram => INSTAGRAM,
    };
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}
