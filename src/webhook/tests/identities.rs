//! The identity table, row by row, and what must and must not change a key.

use rstest::rstest;

use super::{change, item, items, unpack};
use crate::webhook::Item;

fn identity(item: &Item) -> (String, String, String) {
    (item.entry_id.clone(), item.field.to_string(), item.key.clone())
}

#[rstest]
#[case::comments("comments", r#"{"id":"1","comment_id":"2"}"#, "1")]
#[case::comment_id("comments", r#"{"comment_id":"2"}"#, "2")]
#[case::live_comments("live_comments", r#"{"id":"1"}"#, "1")]
#[case::mention_in_comment("mentions", r#"{"media_id":"1","comment_id":"2"}"#, "1/2")]
#[case::mention_in_caption("mentions", r#"{"media_id":"1"}"#, "1/caption")]
#[case::mention_without_media("mentions", r#"{"comment_id":"2"}"#, "/2")]
#[case::story(
    "story_insights",
    r#"{"media_id":"1"}"#,
    "1/f7ef70abc2f7407c86c8040cb32052d4e0ca4474d32172223d76576eb709c528"
)]
#[case::unknown(
    "follow",
    "{}",
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a/1760000000"
)]
fn a_change_has_the_key_of_its_field(#[case] field: &str, #[case] value: &str, #[case] key: &str) {
    assert_eq!(change(field, value).key, key);
}

#[rstest]
#[case::received(r#"{"message":{"mid":"m"}}"#, "messages", "m/in")]
#[case::echo(r#"{"message":{"mid":"m","is_echo":true}}"#, "messages", "m/echo")]
#[case::deleted(r#"{"message":{"mid":"m","is_deleted":true}}"#, "messages", "m/deleted")]
#[case::deleted_echo(
    r#"{"message":{"mid":"m","is_echo":true,"is_deleted":true}}"#,
    "messages",
    "m/deleted"
)]
#[case::edit(r#"{"message_edit":{"mid":"m","num_edit":1}}"#, "message_edit", "m/1")]
#[case::edit_as_text(r#"{"message_edit":{"mid":"m","num_edit":"1"}}"#, "message_edit", "m/1")]
#[case::reaction(
    r#"{"sender":{"id":"s"},"timestamp":"5","reaction":{"mid":"m","action":"react"}}"#,
    "message_reactions",
    "m/s/react/5"
)]
#[case::postback(r#"{"postback":{"mid":"m"}}"#, "messaging_postbacks", "m")]
#[case::seen(r#"{"sender":{"id":"s"},"read":{"mid":"m"}}"#, "messaging_seen", "s/m")]
fn a_messaging_item_has_the_field_and_key_of_its_shape(
    #[case] source: &str,
    #[case] field: &str,
    #[case] key: &str,
) {
    let own = item("messaging", source);
    assert_eq!((own.field.as_str(), own.key.as_str()), (field, key));
    let standby = item("standby", source);
    assert_eq!(
        (standby.field.as_str(), standby.key),
        ("standby", format!("{field}/{key}"))
    );
}

#[rstest]
#[case::referral(r#"{"sender":{"id":"s"},"timestamp":5,"referral":{}}"#, "messaging_referral")]
#[case::optin(r#"{"sender":{"id":"s"},"timestamp":5,"optin":{}}"#, "messaging_optins")]
#[case::pass(
    r#"{"sender":{"id":"s"},"timestamp":5,"pass_thread_control":{}}"#,
    "messaging_handover"
)]
#[case::take(
    r#"{"sender":{"id":"s"},"timestamp":5,"take_thread_control":{}}"#,
    "messaging_handover"
)]
#[case::request(
    r#"{"sender":{"id":"s"},"timestamp":5,"request_thread_control":{}}"#,
    "messaging_handover"
)]
#[case::roles(r#"{"sender":{"id":"s"},"timestamp":5,"app_roles":{}}"#, "messaging_handover")]
#[case::policy(
    r#"{"sender":{"id":"s"},"timestamp":5,"policy_enforcement":{}}"#,
    "messaging_policy_enforcement"
)]
#[case::policy_hyphen(
    r#"{"sender":{"id":"s"},"timestamp":5,"policy-enforcement":{}}"#,
    "messaging_policy_enforcement"
)]
#[case::postback(r#"{"sender":{"id":"s"},"timestamp":5,"postback":{}}"#, "messaging_postbacks")]
fn an_item_without_an_id_is_known_by_sender_time_and_fingerprint(#[case] source: &str, #[case] field: &str) {
    let item = item("messaging", source);
    assert_eq!(
        (item.field.as_str(), item.key),
        (field, format!("s/5/{}", hex::encode(item.hash)))
    );
}

#[rstest]
#[case::nothing_known(r#"{"delivery":{}}"#, "messaging")]
#[case::reaction_without_mid(r#"{"reaction":{"action":"react"}}"#, "message_reactions")]
#[case::read_that_is_no_object(r#"{"read":"m"}"#, "messaging_seen")]
fn an_item_that_lacks_what_its_rule_asks_for_is_known_as_an_unknown_one(
    #[case] source: &str,
    #[case] field: &str,
) {
    let item = item("messaging", source);
    assert_eq!(
        (item.field.as_str(), item.key),
        (field, format!("{}/1760000000", hex::encode(item.hash)))
    );
}

#[test]
fn a_change_of_a_messaging_field_is_read_by_that_field_if_it_has_its_shape() {
    assert_eq!(change("messages", r#"{"message":{"mid":"m"}}"#).key, "m/in");
    let other = change("messages", r#"{"read":{"mid":"m"}}"#);
    assert_eq!(
        (other.field.as_str(), other.key),
        ("messages", format!("{}/1760000000", hex::encode(other.hash)))
    );
}

#[rstest]
#[case::test(r#"{"entry":[{"id":"0","changes":[{"field":"comments","value":{"id":"1"}}]}]}"#)]
#[case::unreadable(r#"{"entry":[{"id":"5","changes":[{"field":"comments","value":{}}]}]}"#)]
fn a_test_and_an_unreadable_item_are_like_no_other(#[case] body: &str) {
    assert_eq!(
        items(body)[0].key,
        "00000000-0000-0000-0000-000000000007/entry[0].changes[0]"
    );
    let another = uuid::Uuid::from_u128(8).into();
    let elsewhere = unpack(another, body.as_bytes()).unwrap();
    assert_eq!(
        elsewhere[0].key,
        "00000000-0000-0000-0000-000000000008/entry[0].changes[0]"
    );
}

#[rstest]
#[case::order_of_keys(
    r#"{"media_id":"1","a":{"x":1,"y":2}}"#,
    r#"{"a":{"y":2,"x":1},"media_id":"1"}"#,
    true
)]
#[case::whitespace(
    r#"{"media_id":"1","a":[1,2]}"#,
    "{ \"media_id\" : \"1\",\n\"a\":[ 1 , 2 ] }",
    true
)]
#[case::escaping(
    r#"{"media_id":"1","a":"\u00e9\/\u003C"}"#,
    r#"{"media_id":"1","a":"é/<"}"#,
    true
)]
#[case::escaped_key(r#"{"media_id":"1","a":1}"#, r#"{"media_id":"1","\u0061":1}"#, true)]
#[case::overwritten_key(r#"{"media_id":"1","a":1}"#, r#"{"a":0,"media_id":"1","a":1}"#, true)]
#[case::another_number(r#"{"media_id":"1","a":1}"#, r#"{"media_id":"1","a":2}"#, false)]
#[case::number_as_text(r#"{"media_id":"1","a":1}"#, r#"{"media_id":"1","a":"1"}"#, false)]
#[case::order_of_a_list(r#"{"media_id":"1","a":[1,2]}"#, r#"{"media_id":"1","a":[2,1]}"#, false)]
#[case::big_numbers(
    r#"{"media_id":"1","a":9007199254740993}"#,
    r#"{"media_id":"1","a":9007199254740992}"#,
    false
)]
#[case::structure_in_text(
    r#"{"media_id":"1","a":"1,\"b\":2"}"#,
    r#"{"media_id":"1","a":"1","b":2}"#,
    false
)]
fn a_fingerprint_tells_values_not_spellings(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
    let (one, other) = (change("story_insights", one), change("story_insights", other));
    assert_eq!(identity(&one) == identity(&other), same);
    assert_eq!(one.hash == other.hash, same);
}
