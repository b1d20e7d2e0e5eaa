//! Meta's errors as data, in the order in which they are heard (graph-limits-and-errors.md §6): exact
//! pair, subcode alone, words, "transient", code, and what stands outside the body last.
//!
//! Subcodes from 458 to 492 and 22070xx mean the same under every code, so they stand alone.

use super::class::Row;
use super::class::When::{
    Bare, Code, Codes, NoAnswer, NotJson, Otherwise, Pair, ServerError, Status, Subcode, Text, Transient,
};
use crate::domain::Class::{
    Bad, Blocked, GoneSuspected, NoData, Perm, Reauth, Recreate, Retry, Unknown, User, Wait,
};
use crate::domain::PoolKind;

/// A row per line: when => class, meaning, source, and what to do where a person can do something about it.
macro_rules! rows {
    (@fix $fix:literal) => { Some($fix) };
    (@fix) => { None };
    ($($when:expr => $class:expr, $meaning:literal, $source:literal $(, $fix:literal)?;)*) => {
        /// The table; the first row that holds decides.
        pub(super) static ROWS: &[Row] =
            &[$(Row { when: $when, class: $class, meaning: $meaning, source: $source, fix: rows!(@fix $($fix)?) }),*];
    };
}

rows! {
    // exact pairs
    Pair(100, 33) => GoneSuspected, "deleted, forbidden or out of reach: Meta does not say which", "§5.4";
    Pair(100, 2_108_006) => NoData,
        "the media is older than the professional account: it has no insights", "§5.4";
    Pair(613, 1_996) => Wait(PoolKind::Account),
        "Meta finds the volume of calls inconsistent: look for a call storm", "§5.1";
    Pair(20, 1_772_107) => Unknown,
        "the format was refused, yet a write may have happened: read before writing again", "§5.4";
    // subcodes: authentication
    Subcode(458) => Reauth, "the person removed the app", "§5.2";
    Subcode(459) => User, "the person must pass a checkpoint at facebook.com", "§5.2";
    Subcode(460) => Reauth, "the password was changed", "§5.2";
    Subcode(463) => Reauth, "the token has expired", "§5.2";
    Subcode(464) => User, "the person's account is not confirmed", "§5.2";
    Subcode(467) => Reauth, "the token is invalid, expired or revoked", "§5.2";
    Subcode(492) => Perm,
        "the token's person lost the role on the Page: a new token fails in the same way", "§5.2";
    // subcodes: publishing
    Subcode(2_207_001) => Retry, "Instagram had a fault", "§5.5",
        "Look at Meta's status page if it goes on.";
    Subcode(2_207_003) => Retry, "the media took too long to download", "§5.5",
        "Serve the file faster, or from nearer to Meta.";
    Subcode(2_207_004) => Bad, "the image is larger than 8 MiB", "§5.5",
        "Make the image smaller than 8 MiB.";
    Subcode(2_207_005) => Bad, "the image has an unsupported format", "§5.5",
        "Give a JPEG.";
    Subcode(2_207_006) => Recreate, "the container was not found: expired, or a permission is missing", "§5.5",
        "Look whether the account's permissions are still given.";
    Subcode(2_207_008) => Retry, "the container is not usable yet, or expired", "§5.5",
        "Look whether another program publishes for the account, too.";
    Subcode(2_207_009) => Bad, "the aspect ratio is outside 4:5 to 1.91:1", "§5.5",
        "Crop the image to between 4:5 and 1.91:1.";
    Subcode(2_207_010) => Bad, "the caption is too long or has too many tags", "§5.5",
        "Shorten the caption to 2,200 letters, 30 hashtags and 20 mentions.";
    Subcode(2_207_020) => Recreate, "the container has expired", "§5.5",
        "Publish it within a day of its preparation.";
    Subcode(2_207_023) => Bad, "the media type is unknown", "§5.5",
        "Ask for another kind of post.";
    Subcode(2_207_026) => Bad, "the video has an unsupported format", "§5.5",
        "Give an MP4 or MOV with H.264 or HEVC.";
    Subcode(2_207_027) => Retry, "the container is not ready", "§5.5",
        "Wait until Meta has processed the media.";
    Subcode(2_207_028) => Bad, "a carousel needs 2 to 10 children", "§5.5",
        "Give 2 to 10 files.";
    Subcode(2_207_032) => Retry, "the container could not be made", "§5.5",
        "Ask again later; if it goes on, encode the file anew.";
    Subcode(2_207_035) => Bad, "a product tag on a video may have no position", "§5.5",
        "Leave x and y out of tags on a video.";
    Subcode(2_207_036) => Bad, "a product tag on a photo needs a position", "§5.5",
        "Give x and y for each tag on a photo.";
    Subcode(2_207_037) => Bad, "a product tag is invalid or not permitted", "§5.5",
        "Look whether the product is in a catalogue that the account may use.";
    Subcode(2_207_040) => Bad, "the caption names more than 20 accounts", "§5.5",
        "Name at most 20 accounts.";
    Subcode(2_207_042) => Wait(PoolKind::Publishing), "the account's posts of the day are used up", "§5.5",
        "Wait until the oldest post of the day is a day old.";
    Subcode(2_207_050) => User, "the account is inactive, checkpointed or restricted", "§5.3",
        "Open the Instagram app as the account and do what it asks.";
    Subcode(2_207_051) => Blocked, "Instagram takes the publishing for spam: code 4, but no limit of the app", "§5.3",
        "Stop publishing for some hours; Instagram takes it for spam.";
    Subcode(2_207_052) => Retry, "the media's URL could not be fetched", "§5.5",
        "Look whether the address answers without a login from everywhere, and with the file itself.";
    Subcode(2_207_053) => Recreate, "the upload failed", "§5.5",
        "Encode the video anew, as Meta's media rules ask.";
    Subcode(2_207_057) => Bad, "the thumbnail's offset lies outside the video: code 1, yet for ever", "§5.5",
        "Choose a thumbnail within the video.";
    Subcode(2_207_065) => Recreate, "a publishing error without public meaning", "§5.5",
        "Ask again later; if it goes on, encode the file anew.";
    Subcode(2_207_067) => Recreate, "a publishing error without public meaning", "§5.5",
        "Ask again later; if it goes on, encode the file anew.";
    Subcode(2_207_069) => Recreate, "a publishing error without public meaning", "§5.5",
        "Ask again later; if it goes on, encode the file anew.";
    Subcode(2_207_076) => Recreate, "a publishing error without public meaning", "§5.5",
        "Ask again later; if it goes on, encode the file anew.";
    Subcode(2_207_081) => Bad, "the account cannot make trial reels", "graph-publishing.md §2",
        "Leave the trial out, or publish as an account that Instagram lets make trial reels.";
    Subcode(2_207_082) => Recreate, "the media could not be processed", "§5.5",
        "Encode the video anew, as Meta's media rules ask.";
    Subcode(2_207_085) => Unknown, "Meta's general failure, seen for months at a time", "§5.4",
        "Ask again later; Meta tells no more.";
    Subcode(2_207_086) => Bad, "a metric is not supported and fails the whole request", "§5.4";
    // words
    Text(10, "not enough viewers") => NoData, "too few people have seen the story", "§5.3";
    Text(100, "does not exist, cannot be loaded") => GoneSuspected,
        "deleted, forbidden or out of reach: Meta does not say which", "§5.4";
    Text(100, "appsecret_proof") => Unknown,
        "Meta refuses the proof of the app's secret: check the configured secret", "graph-oauth.md §1.8";
    Text(100, "app secret proof") => Unknown,
        "Meta asks for a proof of the app's secret: configure it", "graph-oauth.md §1.8";
    Transient => Retry, "Meta says that it will pass", "§6";
    // codes: limits first
    Code(4) => Wait(PoolKind::App), "the app's limit", "§5.1";
    Code(17) => Wait(PoolKind::User), "the person's limit", "§5.1";
    Code(32) => Wait(PoolKind::Page), "the Page's limit", "§5.1";
    Code(341) => Wait(PoolKind::App), "the app's limit, or an outage", "§5.1";
    Code(368) => Blocked, "blocked for a time for its behaviour: hours, not seconds", "§5.1";
    Code(613) => Wait(PoolKind::Account), "the limit of a single feature", "§5.1";
    Code(80_001) => Wait(PoolKind::Page), "the Page's limit", "§5.1";
    Code(80_006) => Wait(PoolKind::Page), "the limit of messaging", "§5.1";
    Codes(80_000, 80_014) => Wait(PoolKind::Account), "the account's limit", "§5.1";
    Status(429) => Wait(PoolKind::Account), "too many requests", "§5.1";
    Code(102) => Reauth, "the session is no longer valid", "§5.2";
    Code(190) => Reauth, "the token is no longer valid", "§5.2";
    Code(400) => Reauth, "the login was refused, in the form of the token endpoints", "graph-oauth.md §2.2";
    Code(3) => Perm, "the app lacks the capability", "§5.3";
    Code(10) => Perm, "a permission is missing or was taken back", "§5.3";
    Codes(200, 299) => Perm, "a permission is missing", "§5.3";
    Codes(-2, -1) => Retry, "Instagram had a fault", "§5.5";
    Codes(1, 2) => Retry, "the service is out of order for a while", "§5.1";
    Code(27) => Bad, "the thread is not routed between apps", "§5.3";
    Code(1_705) => Bad, "a person acted where the Page must: the token is of the wrong kind", "§5.3";
    Code(506) => Bad, "the same thing was posted before", "§5.4";
    Code(1_609_005) => Bad, "the link could not be read", "§5.4";
    Code(803) => GoneSuspected, "no object has this id", "§5.4";
    Code(100) => Bad, "a parameter or field is invalid", "§5.4";
    Bare("OAuthException") => Reauth, "the login is no longer valid", "§5.2";
    Bare("ProcessingFailedError") => Bad, "Meta cannot take the film as it is", "graph-publishing.md §4",
        "Encode the video anew, as Meta's media rules ask.";
    ServerError => Retry, "Meta's server had a fault", "§6";
    NotJson => Retry, "the answer is not Meta's: a proxy spoke, or the connection broke", "§4";
    NoAnswer => Retry, "Meta could not be reached", "§6";
    Otherwise => Unknown, "an error that Belino does not know", "§6";
}
