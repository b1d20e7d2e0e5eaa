//! What Meta says for each code and subcode (graph-limits-and-errors.md §5): a table, so that every class
//! can be ordered as a fault without inventing words.

/// One row: code, subcode, HTTP status, message.
type Row = (i64, Option<i64>, u16, &'static str);

const ROWS: &[Row] = &[
    // transient and throttle
    (1, None, 500, "An unknown error has occurred."),
    (
        1,
        Some(2_207_057),
        400,
        "Thumbnail offset is outside of the video.",
    ),
    (2, None, 500, "(#2) Service temporarily unavailable"),
    (-1, Some(2_207_001), 400, "Instagram server error. Try again."),
    (
        -1,
        Some(2_207_032),
        400,
        "Create media fail, please try to re-create media",
    ),
    (-1, Some(2_207_053), 400, "unknown upload error"),
    (-1, Some(2_207_073), 400, "The media type cannot be deleted."),
    (4, None, 400, "(#4) Application request limit reached"),
    (4, Some(2_207_051), 400, "Action is blocked"),
    (17, None, 400, "(#17) User request limit reached"),
    (32, None, 400, "(#32) Page request limit reached"),
    (341, None, 400, "(#341) Temporarily blocked for exceeding limits"),
    (
        368,
        None,
        400,
        "(#368) The action attempted has been deemed abusive or is otherwise disallowed",
    ),
    (
        613,
        None,
        400,
        "(#613) Calls to this api have exceeded the rate limit.",
    ),
    (
        613,
        Some(1_996),
        400,
        "(#613) We noticed inconsistent API request volume from your app",
    ),
    (
        80_001,
        None,
        400,
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
    ),
    (
        80_002,
        None,
        400,
        "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
    ),
    (
        80_006,
        None,
        400,
        "(#80006) There have been too many calls to this Messenger account. Wait a bit and try again.",
    ),
    // authentication
    (102, None, 400, "Session key invalid or no longer valid"),
    (
        190,
        None,
        400,
        "Invalid OAuth access token - Cannot parse access token",
    ),
    (
        190,
        Some(458),
        400,
        "Error validating access token: The user has not authorized application.",
    ),
    (
        190,
        Some(459),
        400,
        "Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
    ),
    (
        190,
        Some(460),
        400,
        "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.",
    ),
    (
        190,
        Some(463),
        400,
        "Error validating access token: Session has expired.",
    ),
    (
        190,
        Some(464),
        400,
        "Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.",
    ),
    (
        190,
        Some(467),
        400,
        "Error validating access token: The access token is invalid since the user hasn't engaged the app in longer than 90 days.",
    ),
    (
        190,
        Some(492),
        400,
        "Error validating access token: The user must be an administrator, editor, or moderator of the page in order to impersonate it.",
    ),
    // permission and policy
    (
        3,
        None,
        400,
        "(#3) Application does not have the capability to make this API call.",
    ),
    (
        10,
        None,
        400,
        "(#10) Application does not have permission for this action",
    ),
    (10, Some(9_053), 403, "(#10) This feature is in limited release."),
    (25, Some(2_207_050), 400, "The Instagram account is restricted."),
    (
        200,
        None,
        403,
        "(#200) The permission for this action is not granted to the app or has been removed.",
    ),
    (
        210,
        None,
        400,
        "(#210) A page access token is required to request this resource.",
    ),
    (1_705, None, 400, "(#1705) This action must be done as the Page."),
    // objects and parameters
    (
        20,
        Some(1_772_107),
        400,
        "(#20) The response format is not supported.",
    ),
    (100, None, 400, "(#100) Invalid parameter"),
    (
        100,
        Some(33),
        400,
        "Unsupported request. The object does not exist, cannot be loaded due to missing permissions, or does not support this operation.",
    ),
    (
        100,
        Some(2_108_006),
        400,
        "(#100) Media posted before business account conversion",
    ),
    (100, Some(36_007), 400, "This authorization code has expired."),
    (
        100,
        Some(36_008),
        400,
        "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
    ),
    (100, Some(36_009), 400, "This authorization code has been used."),
    (506, None, 400, "(#506) Duplicate status message"),
    (
        803,
        None,
        404,
        "(#803) Some of the aliases you requested do not exist",
    ),
    // publishing
    (
        -2,
        Some(2_207_003),
        400,
        "It takes too long to download the media.",
    ),
    (
        -2,
        Some(2_207_020),
        400,
        "The media you are trying to access has expired. Please try to upload again.",
    ),
    (
        9,
        Some(2_207_042),
        400,
        "You reached the maximum number of posts that is allowed to be published by Content Publishing API.",
    ),
    (
        24,
        Some(2_207_006),
        400,
        "The media with this id cannot be found.",
    ),
    (
        24,
        Some(2_207_008),
        400,
        "The media builder with this creation id does not exist or expired.",
    ),
    (100, Some(2_207_023), 400, "The media type is unknown."),
    (
        100,
        Some(2_207_028),
        400,
        "A carousel needs at least 2 and at most 10 items.",
    ),
    (
        100,
        Some(2_207_035),
        400,
        "Product tag positions cannot be given for video media.",
    ),
    (
        100,
        Some(2_207_036),
        400,
        "Product tag positions are required for photo media.",
    ),
    (
        100,
        Some(2_207_037),
        400,
        "A product tag is invalid or not permitted.",
    ),
    (100, Some(2_207_040), 400, "Cannot use more than 20 tags."),
    (
        100,
        Some(2_207_081),
        400,
        "This account does not support trial reels.",
    ),
    (352, Some(2_207_026), 400, "The video format is not supported."),
    (
        9_004,
        Some(2_207_052),
        400,
        "The media could not be fetched from this URI.",
    ),
    (
        9_007,
        Some(2_207_027),
        400,
        "The media is not ready for publishing, please wait for a moment",
    ),
    (36_000, Some(2_207_004), 400, "The image size is too large."),
    (36_001, Some(2_207_005), 400, "The image format is not supported."),
    (36_003, Some(2_207_009), 400, "The aspect ratio is not supported."),
    (36_004, Some(2_207_010), 400, "The caption is too long."),
];

/// Status and words for a code and subcode; of the code alone where the pair is not known.
pub(super) fn words(code: i64, subcode: Option<i64>) -> (u16, &'static str) {
    let exact = ROWS.iter().find(|row| row.0 == code && row.1 == subcode);
    let near = || ROWS.iter().find(|row| row.0 == code);
    exact
        .or_else(near)
        .map_or((400, "An unknown error has occurred."), |row| (row.2, row.3))
}

/// What `is_transient` says; absent for most. `false` does not mean permanent.
pub(super) const fn is_transient(code: i64) -> Option<bool> {
    match code {
        1 | 2 => Some(true),
        -1 | -2 | 4 | 9_004 | 9_007 | 80_000..=80_014 => Some(false),
        _ => None,
    }
}

/// Title and sentence for the person, where Meta gives them.
pub(super) const fn user_words(subcode: Option<i64>) -> Option<(&'static str, &'static str)> {
    match subcode {
        Some(2_207_050) => Some((
            "Account restricted",
            "Log in to the Instagram app and follow the instructions.",
        )),
        Some(2_207_051) => Some((
            "Action blocked",
            "We restrict certain activity to protect our community.",
        )),
        Some(2_207_042) => Some(("Limit reached", "The daily limit of published posts is reached.")),
        _ => None,
    }
}
