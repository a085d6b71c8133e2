/// A sentence with named gaps, such as `"{server} answered."`.
///
/// Filled in one pass, so that what an attacker put into a value is never read as a gap. `{{` is not needed by any
/// text and therefore not offered.
package struct TextTemplate: Hashable, Sendable {
    /// What can stand in a gap.
    package enum Slot: String, Hashable, Sendable, CaseIterable {
        case account, address, client, clients, code, count, delay, destination, deviation, domain,
            final, form, held
        case helo, last, limit, login, mechanism, messages, name, network, networks, octets, older,
            oldest,
            period, queue,
            recipients, reply
        case addresses, domains, earlier, lately, rate, regions, rule, tls, trend
        case sender, senders, server, serverAddress, share, since, size, subject, what, young
        case sessions, tenth, times, twentieth, until, window
        case countries, distance, here, made, operators, speed, there
    }

    private let text: String

    /// The slots by the initials of their names, of which each has a few.
    private static let slots = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { initial in
        Slot.allCases.filter { $0.rawValue.utf8.first == initial }
    }

    /// The slot that is called so; nil for none.
    private static func slot(named name: Span<UInt8>) -> Slot? {
        guard !name.isEmpty else { return nil }
        let place = Int(name[0]) - Int(UInt8(ascii: "a"))
        guard slots.indices.contains(place) else { return nil }
        return slots[place].first { $0.rawValue.utf8.span.isEqual(to: name) }
    }

    /// The gaps, in order.
    package var slots: [Slot] {
        var slots: [Slot] = []
        read(words: { _ in }, slot: { slots.append($0) })
        return slots
    }

    /// The text with its gaps filled by `value`; a gap without a value is left out.
    package func filled(_ value: (Slot) -> String?) -> String {
        // By octets: a part of a text is dear to make, and an alert has dozens.
        let octets = text.utf8.span
        var filled: [UInt8] = []
        filled.reserveCapacity(2 * octets.count)
        read(
            words: { place in for index in place { filled.append(octets[index]) } },
            slot: { slot in
                if let value = value(slot) { filled += value.utf8 }
            }
        )
        return String(decoding: filled, as: UTF8.self)
    }

    /// Reads what it is made of, in order, words by their place in the text; only where a text is told, for most are made to
    /// be compared and dropped.
    ///
    /// - Precondition: every gap has a known name and is closed.
    private func read(words: (Range<Int>) -> Void, slot: (Slot) -> Void) {
        let octets = text.utf8.span
        // Where the words or the gap began that go on.
        var (start, isInGap) = (0, false)
        for index in octets.indices {
            switch octets[index] {
            case UInt8(ascii: "{") where !isInGap:
                words(start..<index)
                (start, isInGap) = (index + 1, true)
            case UInt8(ascii: "}") where isInGap:
                guard let named = Self.slot(named: octets.extracting(start..<index)) else {
                    preconditionFailure("a gap without a known name in: \(text)")
                }
                slot(named)
                (start, isInGap) = (index + 1, false)
            default: continue
            }
        }
        precondition(!isInGap, "a gap that is not closed")
        words(start..<octets.count)
    }
}

extension TextTemplate: ExpressibleByStringLiteral {
    /// Takes a text of the catalogue.
    package init(stringLiteral text: String) { self.text = text }
}
