import TapFlow
import TapObserve
import TapWire

/// The connection and the frames of an event, in a form that survives a restart.
struct IncidentPlace: Hashable, Sendable, Codable {
    private var flow: UInt64
    private var a: IPAddress
    private var portA: UInt16
    private var b: IPAddress
    private var portB: UInt16
    private var ingressA: UInt8?
    private var ingressB: UInt8?
    private var vlans: [UInt16]
    private var opened: Timestamp
    private var moment: Moment
    private var firstSequence: UInt64
    private var flowSequence: UInt64

    init(_ context: EventContext) {
        let flow = context.flow
        self.flow = flow.id.rawValue
        (a, portA) = (flow.a.address, flow.a.port)
        (b, portB) = (flow.b.address, flow.b.port)
        (ingressA, ingressB) = (flow.ingressA?.rawValue, flow.ingressB?.rawValue)
        vlans = flow.vlans
        opened = flow.opened
        moment = context.moment
        firstSequence = context.firstSequence
        flowSequence = flow.firstSequence
    }

    /// The place as the common keys of an event want it.
    var context: EventContext {
        EventContext(
            flow: Flow(
                id: FlowID(rawValue: flow),
                a: Endpoint(address: a, port: portA),
                b: Endpoint(address: b, port: portB),
                ingressA: ingressA.map(PortIndex.init),
                ingressB: ingressB.map(PortIndex.init),
                vlans: vlans,
                opened: opened,
                firstSequence: flowSequence
            ),
            moment: moment,
            firstSequence: firstSequence
        )
    }
}
