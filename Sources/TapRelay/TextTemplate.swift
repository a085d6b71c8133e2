/// A sentence with named gaps, such as `"{server} answered."`.
///
/// Filled in one pass, so that what an attacker put into a value is never read as a gap. `{{` is not needed by any
/// text and therefore not offered.
package struct TextTemplate: Hashable, Sendable {
    /// What can stand in a gap.
    package enum Slot: String, Hashable, Sendable, CaseIterable {
        case account, address, client, clients, code, count, delay, destination, deviation, domain,
            final, form, held
        case helo, last, limit, login, mechanism, messages, name, networks, octets, older, oldest,
            period, queue,
            recipients, reply
        case addresses, domains, earlier, lately, rate, regions, rule, tls, trend
        case sender, senders, server, serverAddress, share, since, subject, what, young
    }

    private enum Piece: Hashable, Sendable {
        case text(String)
        case slot(Slot)
    }

    private let text: String

    /// What it is made of; read only where a text is told, for most are made to be compared and dropped.
    ///
    /// - Precondition: every gap has a known name and is closed.
    private var pieces: [Piece] {
        var pieces: [Piece] = []
        var rest = Array(text.utf8)[...]
        while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
            pieces.append(.text(String(decoding: rest[..<brace], as: UTF8.self)))
            let inner = rest[(brace + 1)...]
            guard let end = inner.firstIndex(of: UInt8(ascii: "}")),
                let slot = Self.slots[String(decoding: inner[..<end], as: UTF8.self)]
            else {
                preconditionFailure("a gap without a known name in: \(text)")
            }
            pieces.append(.slot(slot))
            rest = rest[(end + 1)...]
        }
        pieces.append(.text(String(decoding: rest, as: UTF8.self)))
        return pieces
    }

    /// Every slot by its name.
    private static let slots = Dictionary(
        uniqueKeysWithValues: Slot.allCases.map { ($0.rawValue, $0) }
    )

    /// The gaps, in order.
    package var slots: [Slot] {
        pieces.compactMap { piece in
            guard case .slot(let slot) = piece else { return nil }
            return slot
        }
    }

    /// The text with its gaps filled by `value`; a gap without a value is left out.
    package func filled(_ value: (Slot) -> String?) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let words): text += words
            case .slot(let slot): text += value(slot) ?? ""
            }
        }
    }
}

extension TextTemplate: ExpressibleByStringLiteral {
    /// Takes a text of the catalogue.
    package init(stringLiteral text: String) { self.text = text }
}
