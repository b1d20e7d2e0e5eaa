//! The only source of chance, by which processes get out of step. What nobody may guess is made elsewhere.

/// A number from 0 to 1.
pub fn chance() -> f64 {
    let mut bytes = [0_u8; 4];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
}
