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

/// What others ask for.
const FACEBOOK_BESIDE: &[&str] = &[
    "public_profile",
    "email",
    "pages_manage_posts",
    "pages_messaging",
    "instagram_manage_contents",
    "instagram_manage_engagement",
    "instagram_branded_content_creator",
    "catalog_management",
    "instagram_shopping_tag_products",
    "ads_management",
    "ads_read",
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

/// Whether a login has a permission of this name.
pub(crate) fn exists(login: Login, scope: &str) -> bool {
    match login {
        Login::Facebook => FACEBOOK.contains(&scope) || FACEBOOK_BESIDE.contains(&scope),
        Login::Instagram => INSTAGRAM.contains(&scope),
    }
}
