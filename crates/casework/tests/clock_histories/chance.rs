//! Histories as chance makes them: mostly acts that the step knows and ends of clocks that run, and some nonsense.

use crate::days::{AHEAD, DAY, days_from_civil};
use crate::plain::{ActLaw, Deed, Law, MANY};

/// SplitMix64: small, and the same everywhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end.max(1)
    }

    pub fn percent(&mut self, of: usize) -> bool {
        self.below(100) < of
    }

    fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}

/// Days on which counting is most easily wrong: month ends, leap days, before long holidays, year ends.
const EDGES: [(i64, i64); 12] = [
    (1, 31),
    (2, 28),
    (2, 29),
    (3, 31),
    (1, 20),
    (4, 29),
    (8, 31),
    (9, 28),
    (10, 31),
    (12, 1),
    (12, 30),
    (12, 31),
];

/// Where things stand while a history is made.
struct Matter {
    main: usize,
    sides: Vec<(usize, usize)>,
    opened: Vec<usize>,
}

pub fn history(law: &Law<'_>, seed: u64) -> Vec<Deed> {
    let mut chance = Chance::new(seed);
    let year = 2004 + i64::try_from(chance.below(27)).unwrap();
    let day = if chance.percent(40) {
        let (month, day) = EDGES[chance.below(EDGES.len())];
        days_from_civil(year, month, day)
    } else {
        days_from_civil(year, 1, 1) + i64::try_from(chance.below(365)).unwrap()
    };
    let mut second = day * DAY - AHEAD + i64::try_from(chance.below(86_400)).unwrap();
    let mut matter = Matter { main: law.begins, sides: Vec::new(), opened: vec![0; law.tracks.len()] };
    let mut deeds = Vec::new();
    let count = 2 + chance.below(11);
    for _ in 0..count {
        deeds.push(happen(law, &mut matter, &mut chance, second));
        second += gap(&mut chance);
    }
    deeds
}

/// Mostly days or weeks to the next event; at times minutes, a moment that is midnight, or most of a year.
fn gap(chance: &mut Chance) -> i64 {
    let day = usize::try_from(DAY).unwrap();
    let gap = match chance.below(20) {
        0 => 0,
        1..3 => chance.below(7_200),
        3..10 => chance.below(6 * day),
        10..17 => chance.below(25 * day),
        17..19 => chance.below(80 * day),
        _ => chance.below(300 * day),
    };
    i64::try_from(gap).unwrap()
}

fn happen(law: &Law<'_>, matter: &mut Matter, chance: &mut Chance, second: i64) -> Deed {
    let mut deed = Deed {
        second,
        name: 0,
        step: matter.main,
        extends: 0,
        lane: None,
        moved: Vec::new(),
        closed: Vec::new(),
        sets: None,
    };
    if chance.percent(25) {
        deed.sets = Some((second + AHEAD).div_euclid(DAY) + i64::try_from(chance.below(120)).unwrap() - 5);
    }
    // Side tracks are where the difficult things are.
    if chance.percent(55)
        && let Some((lane, _)) = chance.pick(&matter.sides)
    {
        deed.lane = Some(*lane);
    }
    let step = deed.lane.map_or(matter.main, |lane| standing(matter, lane));
    match chance.below(100) {
        0..8 => nonsense(law, matter, chance, &mut deed),
        8..18 => ended(law, matter, chance, &mut deed, step),
        _ => {
            let acts = &law.steps[step].acts;
            let moves = |act: &&ActLaw| act.to.is_some() || act.extends.is_some() || !act.opens.is_empty();
            // What leads somewhere is asked for twice as often.
            let first = chance.pick(acts).filter(moves);
            if let Some(act) = first.or_else(|| chance.pick(acts)) {
                done(law, matter, chance, &mut deed, act);
            }
        }
    }
    matter.main = deed.step;
    for (lane, to) in &deed.moved {
        match matter.sides.iter_mut().find(|(side, _)| side == lane) {
            Some((_, step)) => *step = *to,
            None => matter.sides.push((*lane, *to)),
        }
    }
    matter.sides.retain(|(lane, _)| !deed.closed.contains(lane));
    deed
}

fn standing(matter: &Matter, lane: usize) -> usize {
    matter.sides.iter().find(|(side, _)| *side == lane).map_or(matter.main, |(_, step)| *step)
}

fn done(law: &Law<'_>, matter: &mut Matter, chance: &mut Chance, deed: &mut Deed, act: &ActLaw) {
    deed.name = act.name;
    if let Some(clock) = act.extends {
        let most = law.clocks[clock].extend.len().max(1) * 20;
        deed.extends = u16::try_from(1 + chance.below(most)).unwrap();
    }
    go(law, deed, act.to);
    open(law, matter, deed, &act.opens);
    if let Some(main) = act.main {
        deed.step = main;
    }
    close(law, matter, deed);
}

/// A clock that may run there ends.
fn ended(law: &Law<'_>, matter: &mut Matter, chance: &mut Chance, deed: &mut Deed, step: usize) {
    deed.name = 1;
    let listed: Vec<usize> =
        (0..law.clocks.len()).filter(|clock| law.steps[step].lists >> clock & 1 == 1).collect();
    let Some(clock) = chance.pick(&listed) else { return };
    let end = &law.clocks[*clock].at_end;
    let to = end.to.as_ref().and_then(|to| law.steps.iter().position(|step| step.id == *to));
    let opens = end.opens.iter().filter_map(|id| law.procedure.tracks.keys().position(|track| track == id));
    let opens: Vec<usize> = opens.collect();
    go(law, deed, to);
    open(law, matter, deed, &opens);
    close(law, matter, deed);
}

fn go(law: &Law<'_>, deed: &mut Deed, to: Option<usize>) {
    match (to, deed.lane) {
        (Some(to), None) => deed.step = to,
        (Some(to), Some(lane)) => {
            deed.moved.push((lane, to));
            if law.steps[to].end {
                deed.closed.push(lane);
            }
        }
        (None, _) => {}
    }
}

fn open(law: &Law<'_>, matter: &mut Matter, deed: &mut Deed, opens: &[usize]) {
    for track in opens {
        let first = law.lanes.iter().position(|(_, of)| of == track).unwrap();
        let lane = if law.tracks[*track].many { first + matter.opened[*track] % MANY } else { first };
        let is_open = matter.sides.iter().any(|(side, _)| *side == lane);
        if !is_open && !deed.moved.iter().any(|(moved, _)| *moved == lane) {
            matter.opened[*track] += 1;
            deed.moved.push((lane, law.tracks[*track].begins));
        }
    }
}

/// The end of the matter closes what does not live on.
fn close(law: &Law<'_>, matter: &Matter, deed: &mut Deed) {
    if deed.step == matter.main || !law.steps[deed.step].end {
        return;
    }
    let lanes = matter.sides.iter().map(|(lane, _)| *lane).chain(deed.moved.iter().map(|(lane, _)| *lane));
    let lanes: Vec<usize> = lanes.collect();
    for lane in lanes {
        if !law.tracks[law.lanes[lane].1].lives_on && !deed.closed.contains(&lane) {
            deed.closed.push(lane);
        }
    }
}

/// What no act of this step says: any name, any place, any move. The clocks must bear it all the same.
fn nonsense(law: &Law<'_>, matter: &Matter, chance: &mut Chance, deed: &mut Deed) {
    deed.name = chance.below(law.names.len());
    let steps = |of_track: Option<usize>| -> Vec<usize> {
        (0..law.steps.len()).filter(|step| law.steps[*step].track == of_track).collect()
    };
    if chance.percent(30) {
        deed.step = chance.pick(&steps(None)).copied().unwrap_or(matter.main);
    }
    if chance.percent(30) {
        deed.lane = Some(chance.below(law.lanes.len())).filter(|_| !law.lanes.is_empty());
    }
    if chance.percent(40) && !law.lanes.is_empty() {
        let lane = chance.below(law.lanes.len());
        if let Some(to) = chance.pick(&steps(Some(law.lanes[lane].1))) {
            deed.moved.push((lane, *to));
        }
    }
    if chance.percent(20) && !law.lanes.is_empty() {
        deed.closed.push(chance.below(law.lanes.len()));
    }
    if chance.percent(30) {
        deed.extends = u16::try_from(chance.below(40)).unwrap();
    }
}
