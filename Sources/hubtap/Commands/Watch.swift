import ArgumentParser
import Foundation
import TapConfig
import TapLinux
import TapRing
import TapWire

/// `hubtap watch`: mail dialogues in plain words, alerts, and the ports' rates, live.
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Mail dialogues in plain words, alerts and port rates, live.",
        discussion: """
            Examples:
              sudo hubtap watch
              sudo hubtap watch --last 10m
            Reads the ring with rules of its own and changes nothing; Ctrl-C ends it.
            """
    )

    @Option(help: "Begin this long ago, such as 10m, instead of now.")
    var last: TimeSpan?

    @OptionGroup var ring: RingOptions

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let stop = StopFlag()
        stop.raiseOnSignals()
        let settings = try ring.configuration.loadWithTables()
        let path = try ring.path()
        let begin = last.map { RingPosition.time(Timestamp.now.advanced(by: .zero - $0.duration)) }
        var position = begin ?? .newest
        while !stop.isRaised {
            do {
                let reader = try RingReader(path: path, from: position)
                let earlier = try RingSnapshot(reader, path: path)
                var view = LiveView(of: reader, at: path, settings: settings, since: earlier)
                try view.run(until: stop)
            } catch let error as RingError where error.code == .replaced {
                Terminal.say("hubtap: a new ring was made at \(path)")
                position = .oldest
            } catch let error as RingError {
                throw Failure.failed("\(error)")
            }
        }
    }
}
