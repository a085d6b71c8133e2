public import TapWire

/// Tells which frames belong to some conversations, through VLAN tags and tunnels.
///
/// ICMP errors belong to the conversation of the packet that they quote. The fragments of a packet behind its first
/// belong to the conversation of the first, if they come after it and within the time that packets in fragments have;
/// those that come before it are not recognized. Frames that make no sense belong to no conversation.
public struct FlowSelection: Sendable {
    /// Packets in fragments at a time whose later fragments are recognized; up to twice as many may be.
    public static let maximumFragmentedPackets = 1_024
    /// Conversations at a time of which the answer of `isChosen` is kept; up to twice as many may be.
    public static let maximumAnswers = 16_384

    private var conversations: Set<Conversation>
    private let isChosen: (@Sendable (Conversation) -> Bool)?
    private var answers = RecentEntries<Conversation, Bool>(capacity: maximumAnswers)
    private var fragments = RecentEntries<FragmentKey, Timestamp>(
        capacity: maximumFragmentedPackets
    )
    private let fragmentTimeout = FlowLimits().fragmentTimeout

    /// Selects `conversations`, to which more can be added.
    public init(_ conversations: Set<Conversation> = []) {
        self.conversations = conversations
        isChosen = nil
    }

    /// Selects the conversations for which `isChosen` holds; it is asked seldom more than once for each.
    public init(where isChosen: @escaping @Sendable (Conversation) -> Bool) {
        conversations = []
        self.isChosen = isChosen
    }

    /// Selects one more.
    ///
    /// - Returns: True if it was not selected before.
    @discardableResult
    public mutating func insert(_ conversation: Conversation) -> Bool {
        conversations.insert(conversation).inserted
    }

    /// True if `frame` belongs to a selected conversation, as far as the frames asked for before tell.
    public mutating func contains(_ frame: borrowing Frame) -> Bool {
        guard let packet = try? IPPacket(decoding: frame) else { return false }
        switch packet {
        case .whole(let content): return contains(content)
        case .fragment(let fragment): return contains(fragment, at: frame.metadata.arrival)
        case .other: return false
        }
    }

    private mutating func contains(_ content: borrowing IPPayload) -> Bool {
        guard let conversation = Conversation(content) else { return false }
        if contains(conversation) { return true }
        guard let quoted = Conversation(quotedIn: content) else { return false }
        return contains(quoted)
    }

    private mutating func contains(_ conversation: Conversation) -> Bool {
        if conversations.contains(conversation) { return true }
        guard let isChosen else { return false }
        if let answer = answers.value(of: conversation) { return answer }
        let answer = isChosen(conversation)
        answers.insert(answer, for: conversation)
        return answer
    }

    private mutating func contains(_ fragment: borrowing IPFragment, at time: Timestamp) -> Bool {
        let key = FragmentKey(of: fragment)
        guard fragment.place.offset == 0 else {
            guard let began = fragments.value(of: key) else { return false }
            return time.duration(since: began) <= fragmentTimeout
        }
        guard isSelected(firstOf: fragment) else {
            // Another packet may have had the same identification.
            fragments.remove(key)
            return false
        }
        fragments.insert(time, for: key)
        return true
    }

    private mutating func isSelected(firstOf fragment: borrowing IPFragment) -> Bool {
        let packet = try? IPPacket(
            decoding: fragment.payload,
            of: fragment.header,
            in: fragment.encapsulation
        )
        guard case .whole(let content)? = packet else { return false }
        return contains(content)
    }
}
