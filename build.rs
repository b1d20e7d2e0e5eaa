//! A new migration file alone must rebuild the crate: the macro that embeds them does not watch the folder.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
