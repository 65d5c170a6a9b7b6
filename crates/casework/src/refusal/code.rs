//! The stable word of each refusal, and the field of a form it is about.

use super::Refusal;

impl Refusal {
    /// A stable word for programs: `not_in_this_step`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotInThisStep { .. } => "not_in_this_step",
            Refusal::Ended { .. } => "ended",
            Refusal::NotYours { .. } => "not_yours",
            Refusal::NotYourRole { .. } => "not_your_role",
            Refusal::Lapsed { .. } => "lapsed",
            Refusal::NotNow { .. } => "not_now",
            Refusal::TooEarly { .. } => "too_early",
            Refusal::SameHands { .. } => "same_hands",
            Refusal::OtherHands { .. } => "other_hands",
            Refusal::ClosesOwn { .. } => "closes_own",
            Refusal::NobodyAbove { .. } => "nobody_above",
            Refusal::SameResult => "same_result",
            Refusal::NothingDrafted => "nothing_drafted",
            Refusal::WaivesARight { .. } => "waives_a_right",
            Refusal::FieldUnreadable { .. } => "field_unreadable",
            Refusal::FieldUnknown { .. } => "field_unknown",
            Refusal::CorrectionImpossible { .. } => "correction_impossible",
            Refusal::WhichUnknown { .. } => "which_unknown",
            Refusal::PaysTooMuch { .. } => "pays_too_much",
            Refusal::PaysTooLittle { .. } => "pays_too_little",
            Refusal::ExtensionTooLate { .. } => "extension_too_late",
            Refusal::DoneBefore { .. } => "done_before",
            Refusal::ExtensionTooLong { .. } => "extension_too_long",
            Refusal::ApproverNotAllowed { .. } => "approver_not_allowed",
            Refusal::OutcomeUnknown { .. } => "outcome_unknown",
            Refusal::ValueUnknown { .. } => "value_unknown",
            Refusal::Missing { .. } => "missing",
            Refusal::TooLong { .. } => "too_long",
            Refusal::TooManyFiles { .. } => "too_many_files",
            Refusal::FilesTooLarge { .. } => "files_too_large",
            Refusal::OfficeUnknown { .. } => "office_unknown",
            Refusal::OfficerUnknown { .. } => "officer_unknown",
            Refusal::NotALeader { .. } => "not_a_leader",
            Refusal::OfficeBelowItself { .. } => "office_below_itself",
            Refusal::CategoryUnknown => "category_unknown",
            Refusal::PlaceIsNoDivision { .. } => "place_is_no_division",
            Refusal::ChannelNotYours { .. } => "channel_not_yours",
            Refusal::AccusedWouldRegister { .. } => "accused_would_register",
            Refusal::NotCompetent { .. } => "not_competent",
            Refusal::NobodyCompetent { .. } => "nobody_competent",
            Refusal::ReceivedLongBefore { .. } => "received_long_before",
            Refusal::NobodyRegisters { .. } => "nobody_registers",
            Refusal::AccusedMayNotHold { .. } => "accused_may_not_hold",
            Refusal::Barred { .. } => "barred",
            Refusal::OwnRecusal { .. } => "own_recusal",
            Refusal::Representatives { .. } => "representatives",
            Refusal::NobodyCame => "nobody_came",
            Refusal::BeforeTheLast => "before_the_last",
            Refusal::ReceivedAfterRegistered { .. } => "received_after_registered",
            Refusal::NothingToServe { .. } => "nothing_to_serve",
            Refusal::HandedOver { .. } => "handed_over",
            Refusal::NotAnsweredYet => "not_answered_yet",
            Refusal::RatedBefore => "rated_before",
            Refusal::NobodyToRate => "nobody_to_rate",
            Refusal::KeyBefore => "key_before",
            Refusal::NoticeTooShort { .. } => "notice_too_short",
            Refusal::HearingTooSoon { .. } => "hearing_too_soon",
            Refusal::HearingNotYet { .. } => "hearing_not_yet",
            Refusal::NotHeldYet => "not_held_yet",
            Refusal::HeldTooEarly { .. } => "held_too_early",
            Refusal::HeldBefore => "held_before",
            Refusal::NotOfThatDay => "not_of_that_day",
            Refusal::ReceivedBefore => "received_before",
            Refusal::NoSuchMatter => "no_such_matter",
            Refusal::NoSuchSession => "no_such_session",
            Refusal::NoProcedure { .. } => "no_procedure",
        }
    }

    /// The form field it concerns, where it concerns one.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Refusal::Missing { field }
            | Refusal::TooLong { field, .. }
            | Refusal::ValueUnknown { field, .. }
            | Refusal::FieldUnreadable { field, .. } => Some(field),
            Refusal::Representatives { .. } => Some("代表"),
            Refusal::NobodyCame => Some("人数"),
            Refusal::ReceivedAfterRegistered { .. } | Refusal::ReceivedLongBefore { .. } => Some("收到日期"),
            Refusal::TooManyFiles { .. } | Refusal::FilesTooLarge { .. } => Some("附件"),
            Refusal::CategoryUnknown => Some("类别"),
            Refusal::PlaceIsNoDivision { .. } => Some("地点"),
            Refusal::ChannelNotYours { .. } => Some("渠道"),
            Refusal::AccusedWouldRegister { .. } => Some("被反映的机关"),
            _ => None,
        }
    }
}
