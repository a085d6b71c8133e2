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
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            pieces.append(.text(String(rest[..<brace])))
            guard let end = rest[brace...].firstIndex(of: "}"),
                let slot = Slot(rawValue: String(rest[rest.index(after: brace)..<end]))
            else {
                preconditionFailure("a gap without a known name in: \(text)")
            }
            pieces.append(.slot(slot))
            rest = rest[rest.index(after: end)...]
        }
        pieces.append(.text(String(rest)))
        return pieces
    }

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
