//! Every run of every clock, found in one pass over what happened.

use std::cell::OnceCell;

use jiff::Timestamp;

use super::Run;
use super::sum::{Due, Pause, due};
use crate::calendar::Calendar;
use crate::day;
use crate::event::track_of;
use crate::matter::Moment;
use crate::procedure::{Act, Clock, Limit, Procedure, Step};

/// Every run of every clock of a matter, oldest first.
///
/// A clock starts at the acts (or verbs) in `from`, or, with none, on entering the first step that lists it; it runs
/// while its track stands in steps that list it; a further start begins a new run and drops what was before. Acts of
/// its own track start it, and those that open or move that track: a relief decision served beside the main track does
/// not begin the time to ask for review anew. A step that pauses a clock stops it while anything stands there.
/// What starts at the registration counts from the day of receipt, where that day is known.
pub fn runs<'a>(procedure: &'a Procedure, calendar: &Calendar, history: &[Moment]) -> Vec<Run<'a>> {
    let mut pass =
        Pass { procedure, runs: Vec::with_capacity(history.len()), main: None, side: Vec::new(), event: 0 };
    for moment in history {
        pass.event += 1;
        pass.take(moment);
    }
    let mut runs = pass.runs;
    for run in &mut runs {
        run.due = due(run.clock, &procedure.counting, run.course(run.extended.len()), calendar);
    }
    runs
}

struct Pass<'a> {
    procedure: &'a Procedure,
    /// In the order they started, those that stopped among them.
    runs: Vec<Run<'a>>,
    /// None before the first event: what the first step lists starts with it.
    main: Option<&'a Step>,
    side: Vec<(String, &'a Step)>,
    /// Number of the event looked at, from 1.
    event: usize,
}

/// The act behind a moment. Few moments need more than its id: it is looked up when asked for.
struct Doing<'a, 'm> {
    procedure: &'a Procedure,
    stood: Option<&'a Step>,
    moment: &'m Moment,
    found: OnceCell<Option<&'a Act>>,
}

impl<'a> Doing<'a, '_> {
    fn act(&self) -> Option<&'a Act> {
        *self.found.get_or_init(|| self.procedure.act_of(self.stood, &self.moment.act))
    }

    /// Whether a clock starts at this act, by its id or its verb.
    fn is_named(&self, from: &[String]) -> bool {
        from.contains(&self.moment.act)
            || self.act().is_some_and(|act| from.iter().any(|from| from == act.verb.word()))
    }
}

impl<'a> Pass<'a> {
    fn take(&mut self, moment: &Moment) {
        let stood = moment.track.as_deref().and_then(|track| self.side_step(track));
        let stood = stood.or(self.main).or_else(|| self.procedure.steps.get(&self.procedure.begins));
        let doing = Doing { procedure: self.procedure, stood, moment, found: OnceCell::new() };
        let after =
            self.main.filter(|step| step.id == moment.step).or_else(|| self.procedure.steps.get(&moment.step));
        self.extend(&doing);
        let moves_main = moment.track.is_none() || doing.act().is_some_and(|act| act.main.is_some());
        self.enter(None, self.main, after, &doing, moves_main);
        self.main = after;
        for track in &moment.closed {
            let before = self.side_step(track);
            self.enter(Some(track), before, None, &doing, false);
            self.side.retain(|(name, _)| name != track);
        }
        for (track, step) in &moment.tracks {
            if moment.closed.contains(track) {
                continue;
            }
            let before = self.side_step(track);
            let Some(after) = self.procedure.steps.get(step) else { continue };
            let mine = before.is_none() || moment.track.as_deref() == Some(track);
            self.enter(Some(track), before, Some(after), &doing, mine);
            match self.side.iter_mut().find(|(name, _)| name == track) {
                Some((_, step)) => *step = after,
                None => self.side.push((track.clone(), after)),
            }
        }
        // An act that leaves its side track where it is may start a clock there anew, as in the main track.
        if let Some(track) = moment.track.as_deref().filter(|track| !moment.tracks.contains_key(*track))
            && let Some(step) = self.side_step(track)
        {
            self.enter(Some(track), Some(step), Some(step), &doing, true);
        }
        self.pause(moment.at);
    }

    fn side_step(&self, track: &str) -> Option<&'a Step> {
        self.side.iter().find(|(name, _)| name == track).map(|(_, step)| *step)
    }

    /// A track moves from one step to another (or stays): clocks stop, and start where the act may start them there.
    fn enter(
        &mut self,
        track: Option<&str>,
        before: Option<&'a Step>,
        after: Option<&'a Step>,
        doing: &Doing<'a, '_>,
        may_start: bool,
    ) {
        let moment = doing.moment;
        // What stays where it is stops nothing, and most events leave most tracks where they are.
        let stays = before.is_some_and(|before| after.is_some_and(|after| std::ptr::eq(before, after)));
        if stays && !may_start {
            return;
        }
        let listed = |step: Option<&Step>, clock: &Clock| step.is_some_and(|step| step.clocks.contains(&clock.id));
        if !stays {
            let leaves = |run: &&mut Run<'_>| run.track.as_deref() == track && !listed(after, run.clock);
            let event = self.event;
            self.running().filter(leaves).for_each(|run| stop(run, moment.at, event));
        }
        for id in after.into_iter().flat_map(|step| &step.clocks) {
            let Some(clock) = self.procedure.clocks.get(id) else { continue };
            let starts = if clock.from.is_empty() {
                !listed(before, clock)
            } else {
                may_start && doing.is_named(&clock.from)
            };
            if !starts {
                continue;
            }
            let same = |run: &&mut Run<'_>| run.clock.id == *id && run.track.as_deref() == track;
            let event = self.event;
            if let Some(run) = self.running().find(same) {
                stop(run, moment.at, event);
            }
            self.runs.push(Run {
                clock,
                track: track.map(str::to_owned),
                event: self.event,
                started: moment.at,
                received: moment.received,
                stopped: None,
                stopped_by: None,
                owed: false,
                waits: false,
                set: moment.sets_day,
                extended: Vec::new(),
                pauses: Vec::new(),
                due: Due { day: jiff::civil::Date::MIN, provisional: false, sum: Vec::new() },
            });
        }
    }

    fn running(&mut self) -> impl Iterator<Item = &mut Run<'a>> {
        self.runs.iter_mut().filter(|run| run.is_running())
    }

    fn extend(&mut self, doing: &Doing<'a, '_>) {
        let moment = doing.moment;
        if moment.extends_days == 0 {
            return;
        }
        let Some(clock) = doing.act().and_then(|act| act.extends.as_deref()) else { return };
        let named = self.runs.iter().filter(|run| run.is_running() && run.clock.id == *clock);
        let Some(meant) = Run::meant(named, moment.track.as_deref()).map(|run| run.track.clone()) else { return };
        let is_meant = |run: &&mut Run<'_>| run.clock.id == *clock && run.track == meant;
        if let Some(run) = self.running().find(is_meant) {
            let rung = run.clock.extend.get(run.extended.len());
            run.extended.push(match rung.map(|rung| rung.most) {
                Some(Limit::Months(months)) => Limit::Months(months),
                Some(Limit::WorkingDays(_)) => Limit::WorkingDays(moment.extends_days),
                _ => Limit::Days(moment.extends_days),
            });
        }
    }

    /// Clocks stand still while anything stands in a step that pauses them. Of a track that is open several times,
    /// each stops its own clocks, not those of the others.
    fn pause(&mut self, at: Timestamp) {
        let side = self.side.iter().map(|(track, step)| (Some(track.as_str()), *step));
        let standing = self.main.map(|step| (None, step)).into_iter().chain(side);
        let pausing: Vec<_> =
            standing.filter_map(|(track, step)| Some((track, step, &step.pauses.as_ref()?.0))).collect();
        for run in self.runs.iter_mut().filter(|run| run.is_running()) {
            let mine = run.track.as_deref();
            let stops = |track: Option<&str>| track == mine || !is_another_of(track, mine);
            let stopper =
                pausing.iter().find(|(track, _, clocks)| clocks.contains(&run.clock.id) && stops(*track));
            let still = run.pauses.last().is_some_and(|pause| pause.until.is_none());
            match (stopper, still) {
                (Some((_, step, _)), false) => {
                    run.pauses.push(Pause { from: day::day_of(at), until: None, why: &step.name });
                }
                (None, true) => {
                    if let Some(pause) = run.pauses.last_mut() {
                        pause.until = Some(day::day_of(at));
                    }
                }
                _ => {}
            }
        }
    }
}

fn stop(run: &mut Run<'_>, at: Timestamp, event: usize) {
    run.stopped = Some(at);
    run.stopped_by = Some(event);
    if let Some(pause) = run.pauses.last_mut().filter(|pause| pause.until.is_none()) {
        pause.until = Some(day::day_of(at));
    }
}

/// Whether two names are of one track that is open several times.
fn is_another_of(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    matches!((track_of(one), track_of(other)), ((one, Some(_)), (other, Some(_))) if one == other)
}
