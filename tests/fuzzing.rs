//! The fuzz targets' checks over their seeds and over mutations of them: what a fuzzer would run for hours on a
//! nightly toolchain, for a moment on every one.

#[path = "../fuzz/src/signature.rs"]
mod signature;
#[path = "../fuzz/src/unpack.rs"]
mod unpack;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use signature::signature;
use unpack::unpack;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What a body and a header are made of, and what parsers stumble over.
const WORDS: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "1e999",
    "-0",
    "{}",
    "[]",
    "\n",
    "\u{feff}",
    "\\u0000",
    "\\ud83d",
    "\"entry\":",
    "\"changes\":[",
    "\"messaging\":[",
    "\"field\":",
    "\"value\":",
    "\"id\":",
    "sha256=",
    "0000000000000000",
];

/// The bodies of the fixtures.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = fs::read_dir(Path::new(ROOT).join("fixtures/webhooks")).expect("there are fixtures");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| !file.to_string_lossy().ends_with(".expect.json"));
    files.sort();
    assert!(files.len() >= 100, "only {} fixtures", files.len());
    let bodies = files
        .into_iter()
        .map(|file| fs::read(file).expect("a fixture can be read"));
    bodies.collect()
});

/// As `fuzz/seed` writes it.
fn with_header(body: &[u8]) -> Vec<u8> {
    [format!("sha256={:064}\n", 0).as_bytes(), body].concat()
}

/// One change of a seed, as fuzzers make them.
#[derive(Clone, Debug)]
enum Mutation {
    Set(Index, u8),
    Cut(Index, usize),
    Repeat(Index, usize),
    Insert(Index, &'static str),
    Splice(Index, Index),
}

impl Mutation {
    fn apply(&self, input: &mut Vec<u8>) {
        let place = |index: &Index| index.index(input.len() + 1);
        match self {
            Self::Set(at, byte) => {
                let at = place(at);
                if let Some(old) = input.get_mut(at) {
                    *old = *byte;
                }
            }
            Self::Cut(at, length) => {
                let at = place(at);
                input.drain(at..input.len().min(at + length));
            }
            Self::Repeat(at, length) => {
                let at = place(at);
                input.extend_from_within(at..input.len().min(at + length));
            }
            Self::Insert(at, word) => {
                let at = place(at);
                input.splice(at..at, word.bytes());
            }
            Self::Splice(at, other) => {
                let (at, other) = (place(at), other.get(&SEEDS));
                input.truncate(at);
                input.extend(other.iter().skip(at));
            }
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        1 => (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        1 => (at(), 1_usize..20).prop_map(|(at, length)| Mutation::Cut(at, length)),
        1 => (at(), 1_usize..40).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        3 => (at(), select(WORDS.to_vec())).prop_map(|(at, word)| Mutation::Insert(at, word)),
        1 => (at(), at()).prop_map(|(at, other)| Mutation::Splice(at, other)),
    ]
}

/// A seed, mutated a few times.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    (any::<Index>(), vec(mutation(), 1..6)).prop_map(|(seed, mutations)| {
        let mut input = seed.get(&SEEDS).clone();
        for mutation in &mutations {
            mutation.apply(&mut input);
        }
        input
    })
}

#[test]
fn the_targets_hold_for_every_seed() {
    for body in SEEDS.iter() {
        unpack(body);
        signature(&with_header(body));
        signature(body);
    }
}

#[test]
fn the_seeds_are_made_of_every_fixture() {
    let copy = tempfile::tempdir().expect("a folder");
    let status = Command::new("bash")
        .args([
            "-c",
            r#"cp -r fixtures "$0" && mkdir "$0/fuzz" && cp fuzz/seed "$0/fuzz" && "$0/fuzz/seed""#,
        ])
        .arg(copy.path())
        .current_dir(ROOT)
        .status();
    assert!(status.expect("bash runs").success());
    for (target, made) in [
        ("unpack", SEEDS.clone()),
        ("signature", SEEDS.iter().map(|body| with_header(body)).collect()),
    ] {
        let files = fs::read_dir(copy.path().join("fuzz/corpus").join(target)).expect("a corpus");
        let mut found: Vec<_> = files
            .map(|file| fs::read(file.expect("a file").path()).expect("a seed"))
            .collect();
        let mut made: Vec<Vec<u8>> = made;
        found.sort();
        made.sort();
        assert!(found == made, "the seeds of {target}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(768) })]

    #[test]
    fn unpacking_holds_for_mutations_of_the_seeds(body in mutated()) {
        unpack(&body);
    }

    #[test]
    fn signatures_hold_for_mutations_of_the_seeds(body in mutated(), mutations in vec(mutation(), 0..3)) {
        let mut input = with_header(&body);
        for mutation in &mutations {
            mutation.apply(&mut input);
        }
        signature(&input);
    }
}
