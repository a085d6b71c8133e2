import TapObserve
import TapWire

/// What a rule found, before it is graded and put in words.
struct Signal: Sendable {
    /// What a signal rests on beside the event itself, and what lowers its severity and confidence where it is not sure.
    struct Basis: OptionSet, Hashable, Sendable {
        var rawValue: UInt8

        /// That the client is outside and the server ours.
        static let direction = Basis(rawValue: 1)
        /// That the recipients are strangers'.
        static let domains = Basis(rawValue: 2)
        /// That nothing of the session was missed.
        static let completeness = Basis(rawValue: 4)

        /// All of them: what a relay rests on.
        static let relay: Basis = [.direction, .domains, .completeness]
    }

    /// A server that an event shows as a client.
    struct AbusedServer: Hashable, Sendable {
        var address: IPAddress
        var name: String?
        var family: MailServerFamily
    }

    /// What the other server did with a message that was seen to leave.
    enum Delivery: String, Hashable, Sendable, Codable {
        /// It took it.
        case taken
        /// It got it, and what it said to it was not seen.
        case handedOver
        /// It said 4xx or 5xx, to the message or before it.
        case refused
        /// As much left for it under TLS.
        case asMuch
    }

    /// What its rule counted before it spoke.
    struct Prelude: Hashable, Sendable {
        /// What was counted.
        enum Kind: Sendable {
            /// Refused logins.
            case guesses
            /// Recipients that do not exist.
            case probes
            /// Messages of an account.
            case volume
            /// Ways to relay that were tried, and that nothing else tells of.
            case tries
            /// Messages that came under TLS and left.
            case unseen
            /// Sessions with a mailbox.
            case sessions

            /// True if nothing else tells of what is held, so that it joins an incident that is open already.
            var joins: Bool {
                switch self {
                case .probes, .tries, .unseen, .sessions: true
                case .guesses, .volume: false
                }
            }
        }

        var kind: Kind
        /// What it is held under; empty if its server has one of its kind.
        var name = ""
        /// The client whose events are held by themselves under that name; nil if all clients' are held together.
        var client: IPAddress?
        /// True if it is the events of all clients of that name.
        var isOfAllClients = false
        /// How far it looks back.
        var window: Duration
    }

    /// The rule.
    var rule: RuleIdentity
    /// How bad the rule itself says it is, before settings and doubt.
    var severity: Severity
    /// How sure the rule itself is, 0 to 1.
    var certainty = 0.99
    /// What it rests on.
    var basis: Basis
    /// The incident it belongs to; nil if it says something of every open incident of the server and opens none.
    var incident: IncidentClass?
    /// Whose incident it is where a server can have several of a class: the account, the client; empty if it has one.
    var subject = ""
    /// What its incident's words have to say otherwise than those of the class; nil if nothing.
    var aspect: IncidentAspect?
    /// The server it is about, where the event shows that server as a client; nil if it is about the one that answered.
    var about: AbusedServer?
    /// What the tap misses, if it is about that; nil for all others.
    var blindness: TapCondition?
    /// What came before it; nil for what is held under its incident's own name.
    var prelude: Prelude?
    /// What became of the message that it shows leaving; nil if it shows none.
    var delivery: Delivery?
    /// One line: what happened to whom.
    var signature: Bilingual
    /// The facts that fired the rule, a sentence or two each.
    var why: [Bilingual]
    /// What to do next.
    var advice: [Bilingual]
    /// That a client that guessed was let in; nil if it was not.
    var entrance: Entrance?
    /// What is weak of the server, in a few words; nil if it is not about that.
    var weakness: Weakness?
    /// What stands in the gaps, beside what the case gives.
    var values: TextValues = [:]
    /// Facts for structured data, beside what the case gives, in order.
    var facts: [(name: String, value: Phrase)] = []
    /// The message brought unseen of which the event only shows that as much leaves; that event is none to be counted.
    var unseen: UnseenMail?
    /// How long its rule says no more of the same, as it tells what lasts once a day; zero if it tells each.
    var rest = Duration.zero
}
