import TapFlow
import TapObserve
import TapRelay
import TapWire

/// An event of type `tap`: what keeps the tap itself from seeing everything.
struct EVETap: Decodable {
    struct Facts: Decodable {
        var kind: TapCondition.Kind
        var over: Bool?
        var share: Double?
        var count: Int64?
        var ports: [String]?
    }

    struct Hub: Decodable {
        var last: UInt64?
    }

    var timestamp: String
    var tap: Facts
    var hub: Hub?

    /// The condition at its time; an older hubtap told it at the connection in which mail was seen last.
    func entry() throws(EVELineError) -> EVEDecoder.Entry {
        guard let time = Timestamp(rfc3339: timestamp) else { throw .noTime }
        let condition = TapCondition(
            tap.kind,
            isOver: tap.over ?? false,
            share: tap.share,
            count: tap.count ?? 0,
            ports: tap.ports ?? []
        )
        return EVEDecoder.Entry(
            event: .tap(condition),
            context: .ofTap(at: Moment(time: time, sequence: hub?.last ?? 0))
        )
    }
}
