import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay

extension Scene {
    /// Something odd in the scene's dialogue.
    func anomaly(
        _ kind: SMTPAnomaly.Kind,
        verbs: [String] = [],
        octets: Int = 0,
        code: Int = 250,
        isIncomplete: Bool = false
    ) -> MailEvent {
        var anomaly = SMTPAnomaly(kind, client: .a)
        anomaly.messageOctets = 6
        anomaly.terminator = Array("\n.\r\n".utf8)
        anomaly.verbs = verbs
        anomaly.octets = octets
        anomaly.code = code
        anomaly.text = "2.0.0 Ok"
        anomaly.helo = helo
        anomaly.serverName = serverName
        anomaly.isIncomplete = isIncomplete
        return .smtp(.anomaly(anomaly))
    }
}

extension RelayJudge {
    /// Evaluates one event of any kind where `scene` stands and returns what was raised.
    mutating func raised(by event: MailEvent, in scene: Scene) -> [Alert] {
        var alerts: [Alert] = []
        evaluate(event, in: scene.context) { alerts.append($0) }
        return alerts
    }
}

extension RelayJudge {
    /// A judge that starts anew with what this one remembers.
    func restarted(_ configuration: RelayConfiguration) throws -> RelayJudge {
        var judge = RelayJudge(configuration: configuration)
        let stored = try JSONEncoder().encode(memory)
        judge.memory = try JSONDecoder().decode(RelayMemory.self, from: stored)
        return judge
    }
}
