//! The beat: how many leaves are published at once, so that neither their number nor their order tells who filed.

use crate::hash::Entry;

/// Fewest leaves of a beat.
pub const BEAT_LEAVES_MIN: u64 = 8;

/// How many leaves a beat publishes when `waiting` wait: the next power of two, at least 8; the rest are random.
///
/// A beat comes at fixed moments, whether anything waits or not, so a quiet day looks like a busy one: what an onlooker
/// learns of a beat is a power of two that is not smaller than what was filed. Above 2^63 nothing is padded.
pub fn published(waiting: u64) -> u64 {
    waiting.checked_next_power_of_two().unwrap_or(waiting).max(BEAT_LEAVES_MIN)
}

/// The leaves of a beat in the order they are published: those that wait, padded by random ones from `fill`, which
/// fills 32 bytes with chance. They are sorted by value. As digests are salted they are as random as the padding, so
/// their places say nothing about which came first or how many are real.
///
/// # Errors
/// Those of `fill`.
pub fn beat<E>(waiting: &[Entry], mut fill: impl FnMut(&mut Entry) -> Result<(), E>) -> Result<Vec<Entry>, E> {
    let mut leaves = waiting.to_vec();
    let wanted = usize::try_from(published(leaves.len() as u64)).unwrap_or(leaves.len());
    while leaves.len() < wanted {
        let mut padding = Entry::default();
        fill(&mut padding)?;
        leaves.push(padding);
    }
    leaves.sort_unstable();
    Ok(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_leaves() {
        for (waiting, all) in [(0, 8), (1, 8), (7, 8), (8, 8), (9, 16), (16, 16), (17, 32), (1000, 1024)] {
            assert_eq!(published(waiting), all, "{waiting}");
        }
        assert_eq!(published(1 << 63), 1 << 63);
        assert_eq!(published(u64::MAX), u64::MAX);
    }

    #[test]
    fn what_waits_is_in_the_beat_and_its_order_is_not() {
        let mut chance = 0_u8;
        let mut fill = |padding: &mut Entry| {
            chance = chance.wrapping_add(37);
            padding.fill(chance);
            Ok::<(), ()>(())
        };
        let waiting = [[200; 32], [3; 32], [90; 32]];
        let leaves = beat(&waiting, &mut fill).unwrap();
        assert_eq!(leaves.len(), 8);
        assert!(leaves.is_sorted());
        assert!(waiting.iter().all(|leaf| leaves.contains(leaf)));
        assert_eq!(beat(&[], &mut fill).unwrap().len(), 8);
        assert_eq!(beat(&waiting, |_| Err("no chance")), Err("no chance"));
    }
}
