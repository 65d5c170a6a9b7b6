//! Why an act is refused: a code for programs, a sentence for the person, and the rule behind it.

mod code;

use jiff::civil::Date;

use crate::day;
use crate::verb::Verb;

/// A refusal. Nothing was written; what the person typed is theirs to mend and send again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The procedure does not allow this act in the step the matter lies in.
    #[error("事项现处于“{step}”，按《{procedure}》此时不能{}（{cite}）；此时可以：{allowed}", verb.name())]
    NotInThisStep {
        /// What was tried.
        verb: Verb,
        /// Where the matter lies.
        step: String,
        /// Name of the procedure.
        procedure: String,
        /// The article the act rests on, or the steps it belongs to.
        cite: String,
        /// Names of the acts that are allowed.
        allowed: String,
    },
    /// The procedure of the matter has ended.
    #[error("该事项“{step}”，程序已经结束，不能再{}；还有话说的，随时可以再次来信来访，一律登记", verb.name())]
    Ended {
        /// What was tried.
        verb: Verb,
        /// How it ended.
        step: String,
    },
    /// The act belongs to another office or person.
    #[error("{}由{who}作出（{cite}）", verb.name())]
    NotYours {
        /// What was tried.
        verb: Verb,
        /// Who may.
        who: String,
        /// The rule.
        cite: String,
    },
    /// The role does not open this act.
    #[error("您的岗位不能办理“{action}”；请由{roles}办理")]
    NotYourRole {
        /// What was tried.
        action: String,
        /// Roles that may.
        roles: String,
    },
    /// A right lapsed.
    #[error("{clock}已于{}届满（{cite}），不能再{}", day::in_words(*due), verb.name())]
    Lapsed {
        /// What was tried.
        verb: Verb,
        /// The window.
        clock: String,
        /// Its last day.
        due: Date,
        /// The rule.
        cite: String,
    },
    /// Something must hold first, and does not.
    #[error("{must}时才能{}（{cite}）", verb.name())]
    NotNow {
        /// What was tried.
        verb: Verb,
        /// What must hold, in words.
        must: String,
        /// The rule.
        cite: String,
    },
    /// A time must have run first.
    #[error("{clock}至{}届满，其后才能{}（{cite}）", day::in_words(*due), verb.name())]
    TooEarly {
        /// What was tried.
        verb: Verb,
        /// The floor.
        clock: String,
        /// Its last day.
        due: Date,
        /// The rule.
        cite: String,
    },
    /// Two people are needed, and it is one.
    #[error("{}须由另一名人员作出：拟办、审核、签发不得为同一人", verb.name())]
    SameHands {
        /// What was tried.
        verb: Verb,
    },
    /// The matter was sent back to be decided anew by others.
    #[error("{}须由另一名人员作出：原意见由您{}，重新办理应当由其他人员负责（{cite}）", verb.name(), did.name())]
    OtherHands {
        /// What was tried.
        verb: Verb,
        /// What they did before.
        did: Verb,
        /// The rule.
        cite: String,
    },
    /// An office would close what is held against itself.
    #[error("“{track}”针对的正是本机关，不能由本机关{}；请由上级作出（{cite}）", verb.name())]
    ClosesOwn {
        /// What was tried.
        verb: Verb,
        /// The track's name.
        track: String,
        /// The rule.
        cite: String,
    },
    /// The office that would look at an opinion again made it itself, and none stands above it here.
    #[error(
        "{office}在本系统内没有上一级机关，意见不能由作出它的机关自己重新认定，这里不能{}；请{}直接向{office}的上一级机关书面提出（{cite}）",
        verb.name(), by_day(*until)
    )]
    NobodyAbove {
        /// What was tried.
        verb: Verb,
        /// The office that would decide.
        office: String,
        /// The last day of the time in which one may turn elsewhere.
        until: Option<Date>,
        /// The rule.
        cite: String,
    },
    /// After a redo the same result again.
    #[error("责令重新办理后，不得以同一事实和理由作出相同意见；确有新的事实或依据的，请在“依据”中写明")]
    SameResult,
    /// Nobody drafted what is to be sealed.
    #[error("还没有拟稿，不能用印")]
    NothingDrafted,
    /// A clause that makes a person give up a right.
    #[error("“{words}”要求当事人放弃信访或诉讼权利，这样的条款无效，不能写入（信访工作条例保障信访权利）")]
    WaivesARight {
        /// The words found.
        words: String,
    },
    /// A field that cannot be read as what it is.
    #[error("“{field}”应填{want}；收到的是“{value}”")]
    FieldUnreadable {
        /// What a person reads.
        field: &'static str,
        /// What it should be.
        want: &'static str,
        /// What was given, cut short.
        value: String,
    },
    /// A field the verb does not have.
    #[error("“{}”没有“{field}”这一项；可填：{known}", verb.name())]
    FieldUnknown {
        /// What was tried.
        verb: Verb,
        /// What was given.
        field: String,
        /// What there is.
        known: String,
    },
    /// A correction that cannot be.
    #[error("不能这样更正：{why}")]
    CorrectionImpossible {
        /// Why.
        why: &'static str,
    },
    /// No open track has this number.
    #[error("没有在办的第{which}项可以{}；在办的有：{open}", verb.name())]
    WhichUnknown {
        /// What was tried.
        verb: Verb,
        /// The number given.
        which: u32,
        /// The open tracks in which it belongs.
        open: String,
    },
    /// More is paid than was granted.
    #[error("同意救助{granted}分，已发放{paid}分，不能再发放{fen}分")]
    PaysTooMuch {
        /// Granted.
        granted: u64,
        /// Paid before.
        paid: u64,
        /// Asked now.
        fen: u64,
    },
    /// Less is paid than is still owed.
    #[error("还有{remains}分没有发放，应当一次发清；{fen}分不够")]
    PaysTooLittle {
        /// Still owed.
        remains: u64,
        /// Asked now.
        fen: u64,
    },
    /// An extension came after the limit.
    #[error("办理期限已于{}届满，延期须在届满前作出（{cite}）", day::in_words(*due))]
    ExtensionTooLate {
        /// The last day.
        due: Date,
        /// The rule.
        cite: String,
    },
    /// The act was done as often as the procedure allows.
    #[error("{}最多{times}次，已经办过（{cite}）", verb.name())]
    DoneBefore {
        /// What was tried.
        verb: Verb,
        /// How often it is allowed.
        times: u32,
        /// The rule.
        cite: String,
    },
    /// The extension is longer than allowed.
    #[error("延期{days}日超过上限{days_max}日（{cite}）")]
    ExtensionTooLong {
        /// Asked.
        days: u16,
        /// Allowed.
        days_max: u16,
        /// The rule.
        cite: String,
    },
    /// The approver may not approve.
    #[error("“{login}”不能批准：须由{who}批准（{cite}）")]
    ApproverNotAllowed {
        /// Who was named.
        login: String,
        /// Who may.
        who: String,
        /// The rule.
        cite: String,
    },
    /// An outcome the procedure does not know here.
    #[error("“{outcome}”不是此处可用的结果；可用：{allowed}")]
    OutcomeUnknown {
        /// What was given.
        outcome: String,
        /// What may be.
        allowed: String,
    },
    /// A word outside a closed list.
    #[error("{field}“{value}”不在可选范围内；可选：{allowed}")]
    ValueUnknown {
        /// Which field.
        field: &'static str,
        /// What was given.
        value: String,
        /// What may be.
        allowed: String,
    },
    /// A field is missing.
    #[error("请填写{field}")]
    Missing {
        /// Which field.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field}有{characters}字，超过上限{characters_max}字；请分次提交或作为附件")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// Given.
        characters: usize,
        /// Allowed.
        characters_max: usize,
    },
    /// More files than a matter may have.
    #[error("一件事项最多{files_max}个附件，已经有{here}个；请把几页合成一份 PDF，或者送到窗口")]
    TooManyFiles {
        /// Allowed.
        files_max: usize,
        /// Before these.
        here: usize,
    },
    /// All files together are larger than a matter's may be.
    #[error("一件事项的附件合起来最多{megabytes_max} MB；请缩小照片，或者送到窗口")]
    FilesTooLarge {
        /// Allowed, in megabytes.
        megabytes_max: u64,
    },
    /// No such office.
    #[error("没有代码为“{code}”的机关；请核对代码")]
    OfficeUnknown {
        /// What was given.
        code: String,
    },
    /// No such officer.
    #[error("没有登录名为“{login}”的工作人员；请核对")]
    OfficerUnknown {
        /// What was given.
        login: String,
    },
    /// An officer who is to receive people is no leader.
    #[error("“{login}”不是机关负责人，不能接访；请核对登录名")]
    NotALeader {
        /// Who was named.
        login: String,
    },
    /// A body would lie below itself.
    #[error("“{code}”不能隶属于“{parent}”：机关不能在自己或自己的下级之下；请核对上级代码")]
    OfficeBelowItself {
        /// The body.
        code: String,
        /// The body it was to lie below.
        parent: String,
    },
    /// A category outside the lists. What was given is not said again: it may be somebody's name.
    #[error("没有这个类别；请从类别表里选一类，说不清的选“其他”")]
    CategoryUnknown,
    /// A place that is an office, not a division.
    #[error("“{place}”不是地方；请选事情发生的县、乡镇或村")]
    PlaceIsNoDivision {
        /// Its name.
        place: String,
    },
    /// An intake of this channel is brought by somebody else.
    #[error("{channel}来的须由{who}提出或登记；请核对渠道")]
    ChannelNotYours {
        /// The channel.
        channel: &'static str,
        /// Who may.
        who: &'static str,
    },
    /// No petition office serves the place.
    #[error("“{place}”没有对应的信访工作机构；请选择所在县乡")]
    NobodyRegisters {
        /// The place.
        place: String,
    },
    /// An accused office would get the matter.
    #[error("{office}是被反映的机关或其下属，不得接收该事项（《信访工作条例》第30条、第46条第5项）")]
    AccusedMayNotHold {
        /// The office.
        office: String,
    },
    /// Somebody who is complained of, is below whoever is, or has recused themselves would have a part in the matter.
    #[error(
        "{officer}应当回避：本人或者所在单位被反映，所在单位的决定被申诉，或者已经申明回避（《信访工作条例》第28条、第30条）"
    )]
    Barred {
        /// Their name.
        officer: String,
    },
    /// An officer would decide whether they themselves must recuse.
    #[error("是否回避不能由本人决定；请由本机关其他负责人或者上级机关决定（{cite}）")]
    OwnRecusal {
        /// The rule.
        cite: String,
    },
    /// The office that would register is complained of, and no office above it works here.
    #[error(
        "{office}或其上级机关被反映，不能由它登记；这里没有可以登记的上级机关，请直接向{turn_to}的信访工作机构提出（《信访工作条例》第30条、第46条第5项）"
    )]
    AccusedWouldRegister {
        /// The office that would register.
        office: String,
        /// Where to turn.
        turn_to: String,
    },
    /// No office is named for a matter that lies with one from the start, and its category does not tell which.
    #[error("这类事项登记后直接由承办单位办理，但当地主管“{category}”的单位没有登记或者不止一个；请写明承办单位")]
    NobodyCompetent {
        /// Its category.
        category: String,
    },
    /// The office decides no matters.
    #[error("{office}{why}；请转送有权处理的机关（{cite}）")]
    NotCompetent {
        /// The office.
        office: String,
        /// Why it decides none.
        why: &'static str,
        /// The rule.
        cite: String,
    },
    /// The number of representatives is not lawful.
    #[error("{people}人共同反映，应推选1至5名代表，现有{given}名（《信访工作条例》第20条）")]
    Representatives {
        /// Heads.
        people: u32,
        /// Named.
        given: usize,
    },
    /// Nobody came.
    #[error("人数至少为1")]
    NobodyCame,
    /// The act lies before what has already happened.
    #[error("时间早于该事项上一次办理的时间；记录只能向后追加")]
    BeforeTheLast,
    /// A day of receipt after the day of registration.
    #[error("收到日期{}晚于登记日期{}", received, registered)]
    ReceivedAfterRegistered {
        /// Given.
        received: Date,
        /// The day of the act.
        registered: Date,
    },
    /// A day of receipt that can only be a slip.
    #[error("收到日期{}早于登记十年以上；请核对年份", day::in_words(*received))]
    ReceivedLongBefore {
        /// Given.
        received: Date,
    },
    /// There is no such document to serve.
    #[error("没有待送达的“{document}”；请先制作")]
    NothingToServe {
        /// What was named.
        document: String,
    },
    /// What is handed over at the registration is not served.
    #[error("“{document}”在登记时当场交给信访人，网上登记的当场显示，不另行送达")]
    HandedOver {
        /// Its name.
        document: String,
    },
    /// Rating before the answer.
    #[error("答复送达后才能评价")]
    NotAnsweredYet,
    /// Rated before.
    #[error("已经评价过；每个对象评价一次")]
    RatedBefore,
    /// No competent office to rate.
    #[error("该事项没有责任单位可供评价")]
    NobodyToRate,
    /// Marked key before.
    #[error("该事项已列为重点")]
    KeyBefore,
    /// The notice of a session is too short.
    #[error("接访须至少提前5日公告：最早可定于{}", day::in_words(*earliest))]
    NoticeTooShort {
        /// The earliest lawful day.
        earliest: Date,
    },
    /// A hearing would be held before those who come had their time of notice.
    #[error("{clock}内不能举行听证：最早可定于{}（{cite}）", day::in_words(*earliest))]
    HearingTooSoon {
        /// The floor.
        clock: String,
        /// The earliest lawful day.
        earliest: Date,
        /// The rule.
        cite: String,
    },
    /// A hearing before the day that was announced.
    #[error("听证通知定于{}举行，不能提前登记举行；改期的请先取消，再重新通知", day::in_words(*held_on))]
    HearingNotYet {
        /// Its day.
        held_on: Date,
    },
    /// The session has not taken place.
    #[error("该场次尚未举行；请先登记举行情况")]
    NotHeldYet,
    /// The session cannot have taken place before it starts.
    #[error("该场次定于{}举行，不能提前登记", day::in_words(*starts))]
    HeldTooEarly {
        /// Its day.
        starts: Date,
    },
    /// The session was held before.
    #[error("该场次已登记举行")]
    HeldBefore,
    /// The intake is not of the session's day.
    #[error("只有当日登记的来访可记入该场次")]
    NotOfThatDay,
    /// The intake was received there before.
    #[error("该次来访已记入该场次")]
    ReceivedBefore,
    /// No such matter, or none this person may know of: to them, it does not exist.
    #[error("没有找到这个事项；请核对编号")]
    NoSuchMatter,
    /// No such session.
    #[error("没有找到这个场次")]
    NoSuchSession,
    /// No procedure governs that day.
    #[error("没有在{}有效的“{family}”程序", day::in_words(*day))]
    NoProcedure {
        /// Its family or id.
        family: String,
        /// The day of registration.
        day: Date,
    },
}

/// A last day, where there is one: 在2023年2月20日以前（含当日）.
fn by_day(until: Option<Date>) -> String {
    until.map_or_else(String::new, |day| format!("在{}以前（含当日）", day::in_words(day)))
}
