import TapFlow
import TapObserve
import TapRelay
import TapWire

/// An event of type `tap`: what keeps the tap itself from seeing everything.
struct EVETap: Decodable {
    struct Hub: Decodable {
        var last: UInt64?
    }

    private enum Key: String, CodingKey { case timestamp, hub }

    private let timestamp: String
    private let sequence: UInt64
    private let condition: TapCondition

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        timestamp = try container.decode(String.self, forKey: .timestamp)
        sequence = try container.decodeIfPresent(Hub.self, forKey: .hub)?.last ?? 0
        condition = try TapCondition(from: decoder)
    }

    /// The condition at its time; an older hubtap told it at the connection in which mail was seen last.
    func entry() throws(EVELineError) -> EVEDecoder.Entry {
        guard let time = Timestamp(rfc3339: timestamp) else { throw .noTime }
        return EVEDecoder.Entry(
            event: .tap(condition),
            context: .ofTap(at: Moment(time: time, sequence: sequence))
        )
    }
}
