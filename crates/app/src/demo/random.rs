//! Chance that repeats itself: the same label gives the same draws on every machine (splitmix64).

/// A stream of draws.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

/// What all draws begin with; another number would be another county.
const SEED: u64 = 0x2026_0711_5AE7_C0DE;

impl Random {
    /// The stream of a label. Each thing draws from its own, so adding one thing does not change the others.
    pub(super) fn of(label: &str) -> Random {
        // FNV-1a spreads the label over 64 bits.
        let hash = label
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Random(SEED ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both counted.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).unsigned_abs().saturating_add(1);
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// The same for days.
    pub(super) fn days(&mut self, low: i32, high: i32) -> i32 {
        i32::try_from(self.between(low.into(), high.into())).unwrap_or(low)
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of some; there must be one.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let last = i64::try_from(of.len()).unwrap_or(1) - 1;
        &of[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }

    /// One of some, each as often as its weight says; there must be one.
    pub(super) fn weigh<'a, T>(&mut self, of: &'a [(u32, T)]) -> &'a T {
        let all: i64 = of.iter().map(|(weight, _)| i64::from(*weight)).sum();
        let mut left = self.between(1, all.max(1));
        for (weight, one) in of {
            left -= i64::from(*weight);
            if left <= 0 {
                return one;
            }
        }
        &of[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_stay_in_their_bounds() {
        let draws = |label: &str| {
            let mut random = Random::of(label);
            (0..50).map(|_| random.between(-3, 9)).collect::<Vec<_>>()
        };
        assert_eq!(draws("a"), draws("a"));
        assert_ne!(draws("a"), draws("b"));
        assert!(draws("c").iter().all(|draw| (-3..=9).contains(draw)));
        assert_eq!(Random::of("d").between(5, 5), 5);
        let mut random = Random::of("e");
        assert!((0..100).all(|_| *random.weigh(&[(0, 'x'), (3, 'y')]) == 'y'));
    }
}
