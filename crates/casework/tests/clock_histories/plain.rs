//! The law of clocks once more, in another style: days are integers, a run is found by asking of each pair of events
//! whether it bounds one, and every day of it is looked at by itself. Nothing here calls the code it judges; what it
//! shares with it is the procedure as it was read.

use std::cell::Cell;

use casework::procedure::{Act, Clock, ClockKind, Limit, Procedure};

use crate::days::{AHEAD, DAY, Days, day_of, months_later};

/// A procedure as numbers. Sets of clocks are bits.
pub struct Law<'p> {
    pub procedure: &'p Procedure,
    pub begins: usize,
    pub steps: Vec<StepLaw>,
    pub clocks: Vec<&'p Clock>,
    pub tracks: Vec<TrackLaw>,
    /// Names of acts, and the clocks whose `from` says that name.
    pub names: Vec<(String, u128)>,
    /// Names of side tracks, as events say them, and the track each is of.
    pub lanes: Vec<(String, usize)>,
}

pub struct StepLaw {
    pub id: String,
    pub track: Option<usize>,
    pub end: bool,
    pub lists: u128,
    pub pauses: u128,
    pub acts: Vec<ActLaw>,
}

pub struct TrackLaw {
    pub begins: usize,
    pub lives_on: bool,
    pub many: bool,
}

pub struct ActLaw {
    pub name: usize,
    pub to: Option<usize>,
    pub main: Option<usize>,
    pub opens: Vec<usize>,
    pub extends: Option<usize>,
    /// Clocks whose `from` names the act or its verb.
    pub starts: u128,
}

/// How often a track may be open at once in the histories made here.
pub const MANY: usize = 3;

impl<'p> Law<'p> {
    pub fn of(procedure: &'p Procedure) -> Law<'p> {
        let clocks: Vec<&Clock> = procedure.clocks.values().collect();
        assert!(clocks.len() <= 128);
        let clock = |id: &String| clocks.iter().position(|clock| clock.id == *id);
        let set = |ids: &[String]| ids.iter().filter_map(clock).fold(0, |set, at| set | 1_u128 << at);
        let step = |id: &String| procedure.steps.keys().position(|step| step == id);
        let track = |id: &String| procedure.tracks.keys().position(|track| track == id);
        let said = |word: &str| {
            let says = |clock: &&Clock| clock.from.iter().any(|from| from == word);
            clocks.iter().enumerate().filter(|(_, clock)| says(clock)).fold(0, |set, (at, _)| set | 1_u128 << at)
        };
        let mut names: Vec<(String, u128)> = vec![("nothing_known".to_owned(), 0), ("clock".to_owned(), 0)];
        for (_, act) in procedure.acts() {
            if !names.iter().any(|(name, _)| *name == act.id) {
                names.push((act.id.clone(), said(&act.id)));
            }
        }
        let act = |act: &Act| ActLaw {
            name: names.iter().position(|(name, _)| *name == act.id).unwrap(),
            to: act.to.as_ref().and_then(step),
            main: act.main.as_ref().and_then(step),
            opens: act.opens.iter().filter_map(track).collect(),
            extends: act.extends.as_ref().and_then(clock),
            starts: said(&act.id) | said(act.verb.word()),
        };
        let steps = procedure.steps.values().map(|here| {
            let main = here.track.is_none();
            let open = main && !here.end && here.id != procedure.begins;
            let general = procedure.while_open.iter().filter(|_| open);
            let general = general.chain(procedure.everywhere.iter().filter(|_| main));
            StepLaw {
                id: here.id.clone(),
                track: here.track.as_ref().and_then(track),
                end: here.end,
                lists: set(&here.clocks),
                pauses: here.pauses.as_ref().map_or(0, |(clocks, _)| set(clocks)),
                acts: here.acts.iter().chain(general).map(act).collect(),
            }
        });
        let steps = steps.collect();
        let tracks: Vec<TrackLaw> = procedure
            .tracks
            .values()
            .map(|track| TrackLaw {
                begins: step(&track.begins).unwrap(),
                lives_on: track.lives_on,
                many: track.many,
            })
            .collect();
        let mut lanes = Vec::new();
        for (at, id) in procedure.tracks.keys().enumerate() {
            if tracks[at].many {
                lanes.extend((1..=MANY).map(|nth| (format!("{id}#{nth}"), at)));
            } else {
                lanes.push((id.clone(), at));
            }
        }
        let begins = step(&procedure.begins).unwrap();
        Law { procedure, begins, steps, clocks, tracks, names, lanes }
    }
}

/// One event, as numbers.
#[derive(Debug, Clone)]
pub struct Deed {
    pub second: i64,
    /// In [`Law::names`].
    pub name: usize,
    /// Main step afterwards.
    pub step: usize,
    pub extends: u16,
    /// Side track it is done in, in [`Law::lanes`].
    pub lane: Option<usize>,
    pub moved: Vec<(usize, usize)>,
    pub closed: Vec<usize>,
    pub sets: Option<i64>,
}

/// What is said of one run of a clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// Number of the event that started it, from 1.
    pub event: usize,
    pub clock: usize,
    pub lane: Option<usize>,
    pub started: i64,
    pub stopped: Option<i64>,
    pub due: i64,
    pub provisional: bool,
    pub stands_still: bool,
    pub extended: usize,
    /// Days left out because it stood still.
    pub left_out: i64,
}

/// A run before its days are counted: bounded by two events.
struct Bounds {
    clock: usize,
    lane: Option<usize>,
    start: usize,
    stop: Option<usize>,
}

/// A history under a procedure.
struct Told<'t> {
    law: &'t Law<'t>,
    deeds: &'t [Deed],
    /// Lanes that occur; the main track first.
    lanes: Vec<Option<usize>>,
    /// Where each lane stands after each event.
    stands: Vec<Vec<Option<usize>>>,
    /// The act each event was, where the step it was done in has it.
    acts: Vec<Option<&'t ActLaw>>,
}

impl<'t> Told<'t> {
    fn of(law: &'t Law<'t>, deeds: &'t [Deed]) -> Told<'t> {
        let mut lanes = vec![None];
        for lane in deeds.iter().flat_map(|deed| deed.moved.iter().map(|(lane, _)| Some(*lane))) {
            if !lanes.contains(&lane) {
                lanes.push(lane);
            }
        }
        let stands = lanes.iter().map(|lane| {
            let mut before = None;
            let after = deeds.iter().map(|deed| {
                before = match *lane {
                    None => Some(deed.step),
                    Some(lane) if deed.closed.contains(&lane) => None,
                    Some(lane) => {
                        deed.moved.iter().find(|(moved, _)| *moved == lane).map(|(_, to)| *to).or(before)
                    }
                };
                before
            });
            after.collect()
        });
        let stands = stands.collect();
        let mut told = Told { law, deeds, lanes, stands, acts: Vec::new() };
        told.acts = (0..deeds.len()).map(|at| told.look_up(at)).collect();
        told
    }

    fn after(&self, lane: Option<usize>, at: usize) -> Option<usize> {
        let row = self.lanes.iter().position(|known| *known == lane)?;
        self.stands[row][at]
    }

    fn before(&self, lane: Option<usize>, at: usize) -> Option<usize> {
        self.after(lane, at.checked_sub(1)?)
    }

    fn lists(&self, step: Option<usize>, clock: usize) -> bool {
        step.is_some_and(|step| self.law.steps[step].lists >> clock & 1 == 1)
    }

    fn act(&self, at: usize) -> Option<&'t ActLaw> {
        self.acts[at]
    }

    fn look_up(&self, at: usize) -> Option<&'t ActLaw> {
        let deed = &self.deeds[at];
        let side = deed.lane.and_then(|lane| self.before(Some(lane), at));
        let step = side.or(self.before(None, at)).unwrap_or(self.law.begins);
        self.law.steps[step].acts.iter().find(|act| act.name == deed.name)
    }

    /// A clock begins: on entering the first step that lists it, or by what its `from` names, done in the track itself
    /// or opening or moving it.
    fn starts(&self, clock: usize, lane: Option<usize>, at: usize) -> bool {
        let (deed, before) = (&self.deeds[at], self.before(lane, at));
        if !self.lists(self.after(lane, at), clock) {
            return false;
        }
        if self.law.clocks[clock].from.is_empty() {
            return !self.lists(before, clock);
        }
        let named = self.law.names[deed.name].1 | self.act(at).map_or(0, |act| act.starts);
        let concerns = match lane {
            None => deed.lane.is_none() || self.act(at).is_some_and(|act| act.main.is_some()),
            Some(_) => deed.lane == lane || before.is_none(),
        };
        concerns && named >> clock & 1 == 1
    }

    fn bounds(&self) -> Vec<Bounds> {
        let mut found = Vec::new();
        for lane in &self.lanes {
            let all = (0..self.deeds.len()).filter_map(|at| self.after(*lane, at));
            let listed = all.fold(0, |listed, step| listed | self.law.steps[step].lists);
            for clock in (0..self.law.clocks.len()).filter(|clock| listed >> clock & 1 == 1) {
                for start in 0..self.deeds.len() {
                    if self.starts(clock, *lane, start) {
                        let stops = |at: &usize| {
                            self.starts(clock, *lane, *at) || !self.lists(self.after(*lane, *at), clock)
                        };
                        let stop = (start + 1..self.deeds.len()).find(stops);
                        found.push(Bounds { clock, lane: *lane, start, stop });
                    }
                }
            }
        }
        found
    }

    /// What was added to a run: by acts that name its clock, done while it ran, and nearer to no other run of it.
    fn extensions(&self, run: &Bounds, all: &[Bounds]) -> Vec<Limit> {
        let mut added = Vec::new();
        let rungs = &self.law.clocks[run.clock].extend;
        for at in run.start + 1..=run.stop.unwrap_or(self.deeds.len() - 1) {
            let days = self.deeds[at].extends;
            if days == 0 || self.act(at).and_then(|act| act.extends) != Some(run.clock) {
                continue;
            }
            let far = |run: &Bounds| match run.lane {
                lane if lane == self.deeds[at].lane => 0,
                None => 1,
                Some(_) => 2,
            };
            let alive = |other: &&Bounds| {
                other.clock == run.clock && other.start < at && other.stop.is_none_or(|stop| at <= stop)
            };
            let order = |run: &Bounds| (far(run), run.start, self.order(run));
            if all.iter().filter(alive).all(|other| order(run) <= order(other)) {
                added.push(match rungs.get(added.len()).map(|rung| rung.most) {
                    Some(Limit::Months(months)) => Limit::Months(months),
                    Some(Limit::WorkingDays(_)) => Limit::WorkingDays(days),
                    _ => Limit::Days(days),
                });
            }
        }
        added
    }

    /// Among runs begun by one event: the main track's first, then side tracks by name.
    fn order(&self, run: &Bounds) -> &str {
        run.lane.map_or("", |lane| &self.law.lanes[lane].0)
    }

    /// Whether something stops a run after an event. Of a track that may be open several times, none stops another's.
    fn still(&self, run: &Bounds, at: usize) -> bool {
        self.lanes.iter().any(|lane| {
            let stops = |step: usize| self.law.steps[step].pauses >> run.clock & 1 == 1;
            let many = |lane: usize| self.law.tracks[self.law.lanes[lane].1].many;
            let sibling = match (*lane, run.lane) {
                (Some(one), Some(other)) => {
                    one != other && many(one) && self.law.lanes[one].1 == self.law.lanes[other].1
                }
                _ => false,
            };
            !sibling && self.after(*lane, at).is_some_and(stops)
        })
    }

    fn said(&self, run: &Bounds, all: &[Bounds], days: &Days) -> Said {
        let clock = self.law.clocks[run.clock];
        let end = run.stop.unwrap_or(self.deeds.len());
        let day = |at: usize| day_of(self.deeds[at].second);
        // From each event to the next: days after the one, up to and with the other. What stands still to this day is
        // counted when it goes on.
        let now = self.deeds.len() - 1;
        let open = |at: &usize| run.stop.is_none() && (*at..=now).all(|at| self.still(run, at));
        let stood = (run.start..end.min(now)).filter(|at| self.still(run, *at) && !open(at));
        let stood: Vec<(i64, i64)> = stood.map(|at| (day(at), day(at + 1))).collect();
        let open_since = (run.start..=now).find(open).map(day);
        let out = |day: i64| stood.iter().any(|(from, until)| *from < day && day <= *until);
        let extended = self.extensions(run, all);
        let start = day(run.start);
        let left_out = Cell::new(0);
        // The stretch from one day to another, each day that stood still within it making it a day longer.
        let stretch = |from: i64, mut to: i64| {
            let mut at = from;
            while at < to {
                at += 1;
                if out(at) {
                    to += 1;
                    left_out.set(left_out.get() + 1);
                }
            }
            to
        };
        let mut last = match clock.limit {
            Limit::Set => {
                let set = self.deeds[run.start].sets.unwrap_or(start);
                stretch(start, set)
            }
            _ => start,
        };
        let parts: Vec<Limit> = [clock.limit].into_iter().chain(extended.iter().copied()).collect();
        let months = parts.iter().filter_map(|part| match part {
            Limit::Months(months) => Some(i64::from(*months)),
            _ => None,
        });
        let ends = if clock.stands { months.fold(last, months_later) } else { months_later(last, months.sum()) };
        last = stretch(last, ends);
        let mut worked = false;
        for part in &parts {
            match part {
                Limit::Days(count) => last = stretch(last, last + i64::from(*count)),
                Limit::WorkingDays(count) => {
                    worked = true;
                    let mut left = *count;
                    while left > 0 {
                        last += 1;
                        left_out.set(left_out.get() + i64::from(out(last)));
                        left -= u16::from(days.works(last) && !out(last));
                    }
                }
                Limit::Months(_) | Limit::AtOnce | Limit::Set => {}
            }
        }
        let stands_still = open_since.is_some_and(|since| since < last);
        let rolls = self.law.procedure.counting.roll_forward
            && !clock.stands
            && !matches!(clock.limit, Limit::AtOnce | Limit::Set);
        while rolls && !days.works(last) {
            last += 1;
        }
        Said {
            event: run.start + 1,
            clock: run.clock,
            lane: run.lane,
            started: self.deeds[run.start].second,
            stopped: run.stop.map(|stop| self.deeds[stop].second),
            due: last,
            provisional: (rolls || worked) && !days.knows(last),
            stands_still,
            extended: extended.len(),
            left_out: left_out.get(),
        }
    }
}

/// Every run of every clock of a history.
pub fn runs(law: &Law<'_>, deeds: &[Deed], days: &Days) -> Vec<Said> {
    let told = Told::of(law, deeds);
    let bounds = told.bounds();
    let mut said: Vec<Said> = bounds.iter().map(|run| told.said(run, &bounds, days)).collect();
    said.sort();
    said
}

/// The next thing a run has to say, and when: 0 for the warning, else for the so-manieth time that it ended.
pub fn next(law: &Law<'_>, run: &Said, told: u32, warned: bool, days: &Days) -> Option<(i64, u32)> {
    let clock = law.clocks[run.clock];
    if run.stopped.is_some() || run.stands_still || clock.kind == ClockKind::Floor {
        return None;
    }
    let midnight_after = |day: i64| (day + 1) * DAY - AHEAD;
    if let Some(percent) = clock.warn.filter(|_| told == 0 && !warned) {
        let start = day_of(run.started);
        let day = start + (run.due - start) * i64::from(percent) / 100;
        if day < run.due {
            return Some((midnight_after(day), 0));
        }
    }
    let mut day = run.due;
    for _ in 0..told {
        day = match clock.again? {
            Limit::Days(count) => day + i64::from(count),
            Limit::Months(count) => months_later(day, i64::from(count)),
            Limit::WorkingDays(count) => {
                let worked = (day + 1..).filter(|day| days.works(*day));
                worked.take(usize::from(count)).last().unwrap()
            }
            Limit::AtOnce | Limit::Set => day,
        };
    }
    Some((midnight_after(day), told + 1))
}
