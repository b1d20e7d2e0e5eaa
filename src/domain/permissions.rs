//! Permissions by their names at Meta (graph-oauth.md §1.5, §2.1), and what an account is subscribed to.

use super::{Login, UnknownWord};

/// What Belino asks for through Facebook Login.
const FACEBOOK: [&str; 9] = [
    "instagram_basic",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
    "business_management",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "instagram_content_publish",
    "instagram_manage_messages",
];

/// What Belino asks for through Instagram Login.
const INSTAGRAM: [&str; 5] = [
    "instagram_business_basic",
    "instagram_business_manage_comments",
    "instagram_business_manage_insights",
    "instagram_business_content_publish",
    "instagram_business_manage_messages",
];

/// Fields of Instagram Login's `subscribed_fields` that Belino reads (meta-webhooks.md §4.0).
const INSTAGRAM_FIELDS: [&str; 13] = [
    "comments",
    "live_comments",
    "mentions",
    "story_insights",
    "messages",
    "message_edit",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "messaging_referral",
    "messaging_optins",
    "messaging_handover",
    "standby",
];

/// Fields of a Page: which one makes no difference to Instagram's (meta-webhooks.md §6). Two, so that Meta can drop one.
const PAGE_FIELDS: [&str; 2] = ["feed", "name"];

impl Login {
    /// The permissions that can be asked for, those first without which nothing works.
    pub const fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Facebook => &FACEBOOK,
            Self::Instagram => &INSTAGRAM,
        }
    }

    /// Those of the permissions without which no account can be found and read.
    pub const fn basic_permissions(self) -> &'static [&'static str] {
        match self {
            Self::Facebook => FACEBOOK.split_at(2).0,
            Self::Instagram => INSTAGRAM.split_at(1).0,
        }
    }

    /// The permissions of a list with commas, and the basic ones, which are always asked for.
    pub fn permissions_of(self, list: &str) -> Result<Vec<&'static str>, UnknownWord> {
        let mut asked = self.basic_permissions().to_vec();
        for word in list.split([',', ' ']).filter(|word| !word.is_empty()) {
            let known = self.permissions().iter().find(|known| **known == word);
            let known =
                known.ok_or_else(|| UnknownWord(word.to_owned(), "permissions of this login product"))?;
            if !asked.contains(known) {
                asked.push(known);
            }
        }
        Ok(asked)
    }

    /// The fields that an account, or its Page, is subscribed to.
    pub const fn subscribed_fields(self) -> &'static [&'static str] {
        match self {
            Self::Facebook => &PAGE_FIELDS,
            Self::Instagram => &INSTAGRAM_FIELDS,
        }
    }
}

/// Page tasks, one of which a person needs to hand on what a permission is for (graph-oauth.md §1.4).
pub const TASKS_TO_READ: [&str; 5] = ["MANAGE", "CREATE_CONTENT", "MODERATE", "ADVERTISE", "ANALYZE"];

/// Of these, those that comments need (graph-oauth.md §1.4).
pub const TASKS_FOR_COMMENTS: [&str; 3] = ["MANAGE", "CREATE_CONTENT", "MODERATE"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_permissions_are_always_asked_for() {
        let asked = Login::Facebook
            .permissions_of("instagram_manage_comments, instagram_basic")
            .unwrap();
        assert_eq!(
            asked,
            ["instagram_basic", "pages_show_list", "instagram_manage_comments"]
        );
        assert_eq!(
            Login::Instagram.permissions_of("").unwrap(),
            ["instagram_business_basic"]
        );
        assert!(Login::Instagram.permissions_of("instagram_basic").is_err());
        for login in Login::ALL {
            assert!(login.permissions().contains(&login.basic_scope()));
            assert!(login.permissions().contains(&login.comments_scope()));
        }
    }
}
