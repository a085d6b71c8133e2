import Foundation
import FuzzSupport
import TapObserve
import TapRelay
import TapSinks
import TapWire

/// Reads lines of events as `hubtap judge` does, and judges what they hold: each is an event or a short error, and the
/// same the second time.
@main
struct EVEFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        var decoder = EVEDecoder(portNames: ["lan", "wan"])
        var judge = RelayJudge(configuration: configuration)
        var line: [UInt8] = []
        for index in octets.indices {
            if octets[index] != 0x0A { line.append(octets[index]) }
            guard octets[index] == 0x0A || index == octets.count - 1 else { continue }
            read(Data(line), &decoder, &judge)
            line.removeAll(keepingCapacity: true)
        }
        guard decoder.portNames.count > 32 else { return }
        // Unlike a precondition's, these words are told in a release build, too.
        fatalError("more ports than a hub can have: \(decoder.portNames)")
    }

    /// The client is outside, so that every rule has its say.
    private static let configuration = RelayConfiguration(inside: [PortIndex(rawValue: 0)])

    private static func read(_ line: Data, _ decoder: inout EVEDecoder, _ judge: inout RelayJudge) {
        do throws(EVELineError) {
            guard case .mail(let entry) = try decoder.read(line) else { return }
            let again = try decoder.read(line)
            guard case .mail(let other) = again, other.context.moment == entry.context.moment else {
                fatalError("the second time it is another event: \(again)")
            }
            judge.evaluate(entry.event, in: entry.context) { _ in }
            _ = judge.takeConclusions()
        } catch {
            guard error.detail.utf8.count > 1_000 else { return }
            fatalError("more words than a line: \(error)")
        }
    }
}
