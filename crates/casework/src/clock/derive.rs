//! Every run of every clock, found in one pass over what happened.

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
    let mut pass = Pass { procedure, live: Vec::new(), done: Vec::new(), main: None, side: Vec::new(), event: 0 };
    for moment in history {
        pass.event += 1;
        pass.take(moment);
    }
    let Pass { live, mut done, .. } = pass;
    done.extend(live);
    for run in &mut done {
        run.due = due(run.clock, &procedure.counting, run.course(run.extended.len()), calendar);
    }
    done.sort_by_key(|run| run.started);
    done
}

struct Pass<'a> {
    procedure: &'a Procedure,
    live: Vec<Run<'a>>,
    done: Vec<Run<'a>>,
    /// None before the first event: what the first step lists starts with it.
    main: Option<&'a Step>,
    side: Vec<(String, &'a Step)>,
    /// Number of the event looked at, from 1.
    event: usize,
}

/// The act behind a moment, as one track sees it.
#[derive(Clone, Copy)]
struct Doing<'a> {
    act: Option<&'a Act>,
    /// It may start clocks of that track.
    starts: bool,
}

impl<'a> Pass<'a> {
    fn take(&mut self, moment: &Moment) {
        let stood = match &moment.track {
            None => None,
            Some(track) => self.side_step(track),
        };
        let stood = stood.or(self.main).or_else(|| self.procedure.steps.get(&self.procedure.begins));
        let act = stood.and_then(|step| self.procedure.acts_in(&step.id).find(|act| act.id == moment.act));
        let after =
            self.main.filter(|step| step.id == moment.step).or_else(|| self.procedure.steps.get(&moment.step));
        self.extend(moment, act);
        let moves_main = moment.track.is_none() || act.is_some_and(|act| act.main.is_some());
        self.enter(None, self.main, after, moment, Doing { act, starts: moves_main });
        self.main = after;
        for track in &moment.closed {
            let before = self.side_step(track);
            self.enter(Some(track), before, None, moment, Doing { act: None, starts: false });
            self.side.retain(|(name, _)| name != track);
        }
        for (track, step) in &moment.tracks {
            if moment.closed.contains(track) {
                continue;
            }
            let before = self.side_step(track);
            let Some(after) = self.procedure.steps.get(step) else { continue };
            let mine = before.is_none() || moment.track.as_deref() == Some(track);
            self.enter(
                Some(track),
                before,
                Some(after),
                moment,
                Doing { act: act.filter(|_| mine), starts: mine },
            );
            match self.side.iter_mut().find(|(name, _)| name == track) {
                Some((_, step)) => *step = after,
                None => self.side.push((track.clone(), after)),
            }
        }
        // An act that leaves its side track where it is may start a clock there anew, as in the main track.
        if let Some(track) = moment.track.as_deref().filter(|track| !moment.tracks.contains_key(*track))
            && let Some(step) = self.side_step(track)
        {
            self.enter(Some(track), Some(step), Some(step), moment, Doing { act, starts: true });
        }
        self.pause(moment.at);
    }

    fn side_step(&self, track: &str) -> Option<&'a Step> {
        self.side.iter().find(|(name, _)| name == track).map(|(_, step)| *step)
    }

    /// A track moves from one step to another (or stays): clocks stop and start.
    fn enter(
        &mut self,
        track: Option<&str>,
        before: Option<&'a Step>,
        after: Option<&'a Step>,
        moment: &Moment,
        doing: Doing<'a>,
    ) {
        // What stays where it is stops nothing, and most events leave most tracks where they are.
        let stays = before.is_some_and(|before| after.is_some_and(|after| std::ptr::eq(before, after)));
        if stays && !doing.starts {
            return;
        }
        let listed = |step: Option<&Step>, clock: &Clock| step.is_some_and(|step| step.clocks.contains(&clock.id));
        let mut at = if stays { self.live.len() } else { 0 };
        while let Some(run) = self.live.get(at) {
            if run.track.as_deref() == track && !listed(after, run.clock) {
                let run = self.live.remove(at);
                self.stop(run, moment.at);
            } else {
                at += 1;
            }
        }
        for id in after.into_iter().flat_map(|step| &step.clocks) {
            let live = self.live.iter().map(|run| run.clock).find(|clock| clock.id == *id);
            let Some(clock) = live.or_else(|| self.procedure.clocks.get(id)) else { continue };
            let starts = if clock.from.is_empty() {
                !listed(before, clock)
            } else {
                let verb = doing.act.map(|act| act.verb.word());
                let named = |from: &String| *from == moment.act || verb == Some(from);
                doing.starts && clock.from.iter().any(named)
            };
            if !starts {
                continue;
            }
            let same = |run: &Run<'_>| run.clock.id == *id && run.track.as_deref() == track;
            if let Some(at) = self.live.iter().position(same) {
                let run = self.live.remove(at);
                self.stop(run, moment.at);
            }
            self.live.push(Run {
                clock,
                track: track.map(str::to_owned),
                event: self.event,
                started: moment.at,
                received: moment.received,
                stopped: None,
                set: moment.sets_day,
                extended: Vec::new(),
                pauses: Vec::new(),
                due: Due { day: jiff::civil::Date::MIN, provisional: false, sum: Vec::new() },
            });
        }
    }

    fn stop(&mut self, mut run: Run<'a>, at: Timestamp) {
        run.stopped = Some(at);
        if let Some(pause) = run.pauses.last_mut().filter(|pause| pause.until.is_none()) {
            pause.until = Some(day::day_of(at));
        }
        self.done.push(run);
    }

    fn extend(&mut self, moment: &Moment, act: Option<&Act>) {
        let Some(clock) = act.and_then(|act| act.extends.as_deref()).filter(|_| moment.extends_days > 0) else {
            return;
        };
        let named = self.live.iter().filter(|run| run.clock.id == *clock);
        let Some(meant) = Run::meant(named, moment.track.as_deref()).map(|run| run.track.clone()) else { return };
        let is_meant = |run: &&mut Run<'_>| run.clock.id == *clock && run.track == meant;
        if let Some(run) = self.live.iter_mut().find(is_meant) {
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
        for run in &mut self.live {
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

/// Whether two names are of one track that is open several times.
fn is_another_of(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    matches!((track_of(one), track_of(other)), ((one, Some(_)), (other, Some(_))) if one == other)
}
