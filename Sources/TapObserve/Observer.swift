public import TapFlow

/// Whether an observer takes a flow.
public enum Claim: Sendable {
    /// The flow speaks the observer's protocol.
    case mine
    /// It does not; the observer is not asked again.
    case notMine
    /// More octets are needed to tell.
    case undecided
}

/// What an observer reports.
///
/// Its keys are encoded beside the common keys of an event.
public protocol ObservedEvent: Sendable, Encodable {
    /// The EVE `event_type`.
    var eventType: String { get }

    /// The number of the first frame that belongs to the event; nil for the first frame of the flow.
    var firstSequence: UInt64? { get }

    /// The side of the flow that is the client: the source of the event.
    var client: Side { get }

    /// True for what is told to those who watch live, and never recorded.
    var isForWatchersOnly: Bool { get }

    /// What was not understood of a session that has ended, by the names under which it is counted; else nothing.
    var losses: [String] { get }
}

extension ObservedEvent {
    /// Nil: the event belongs to the whole flow.
    public var firstSequence: UInt64? { nil }

    /// Side `a`: who opened the connection is the client.
    public var client: Side { .a }

    /// False: events are recorded.
    public var isForWatchersOnly: Bool { false }

    /// Nothing.
    public var losses: [String] { [] }
}

/// A protocol plug-in: says which flows it wants, and makes one session per flow.
public protocol Observer<Event>: Sendable {
    associatedtype Event: ObservedEvent
    associatedtype Session: ObserverSession where Session.Event == Event

    /// The observer's name in `status` and in messages.
    var name: String { get }

    /// How often it gave something up because that was too much work, by what it was.
    var givenUp: [String: UInt64] { get }

    /// Whether `flow` is for this observer.
    ///
    /// Asked when the flow opens, with no octets, and while undecided with the first octets of each side
    /// (at most `Opening.limit`). What was held back is given to the session once it is claimed.
    /// What is decided for some octets must be decided for these and more too, or the answer depends on segmentation.
    func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim

    /// The state machine of one flow.
    func makeSession(for flow: borrowing Flow) -> Session
}

extension Observer {
    /// Nothing.
    public var givenUp: [String: UInt64] { [:] }
}

/// The first octets of both sides of a flow that no observer has claimed yet.
public struct Opening: ~Escapable {
    /// How many octets of each side are held back while no observer has decided.
    public static let limit = 1_024

    /// What `a`, who opened the connection, said.
    public let a: Span<UInt8>
    /// What `b`, who was called, said.
    public let b: Span<UInt8>
    /// Who spoke first; nil while nobody has.
    public let first: Side?

    /// Looks at the first octets of both sides.
    @_lifetime(copy a, copy b)
    public init(a: Span<UInt8>, b: Span<UInt8>, first: Side?) {
        self.a = a
        self.b = b
        self.first = first
    }
}

/// The state machine of one flow.
///
/// Turns stream events into protocol events.
public protocol ObserverSession<Event> {
    associatedtype Event: ObservedEvent

    /// Takes the next event of the flow and emits what it means, in order.
    ///
    /// Must be total: any octets, in any pieces, with any gaps; the same octets in other pieces give the same events.
    ///
    /// - Returns: What is wanted of the flow from now on; `asBefore` also says that the session keeps what it kept.
    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (Event) -> Void
    ) -> StreamInterest

    /// Octets that the session keeps until it knows what they are, with all that was made of them; 0 as long as that
    /// is little.
    ///
    /// Asked after each event that may change it; mutating only because the compiler copies all of a session to lend it.
    var keptByteCount: Int { mutating get }

    /// Gives up what it keeps, so that little is left, because all sessions together keep too much.
    ///
    /// What is to be told of that, and of what can be told no more, is told with the next event.
    mutating func giveUp()
}

extension ObserverSession {
    /// 0: it keeps little, whatever is said.
    public var keptByteCount: Int { 0 }

    /// There is nothing to give up.
    public mutating func giveUp() {}
}
