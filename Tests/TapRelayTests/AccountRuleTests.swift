import Foundation
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire
import Testing

private func ids(_ alerts: [Alert]) -> [String] { alerts.map(\.rule.id) }

private let day = 86_400.0

@Suite("Logins")
struct LoginRuleTests {
    private static let inside = LoginScene(client: "192.0.2.40")

    @Test(
        "a password in clear text is told once for each user and day, and never shown",
        arguments: [LoginScene.Service.smtp, .pop3, .imap]
    )
    func clearText(_ service: LoginScene.Service) throws {
        var judge = RelayJudge(configuration: .told)
        let scene = LoginScene(service: service)
        let first = judge.alerts(for: [scene, scene.with { $0.at = 60 }])
        #expect(ids(first) == ["account.cleartext"])
        let alert = try #require(first.first)
        #expect(alert.severity == .medium)
        #expect(alert.facts.contains(Alert.Fact(name: "user", value: "ann@example.org")))
        #expect(alert.why.contains("logged in as ann@example.org by "))
        let later = judge.alerts(for: [
            scene.with { ($0.user, $0.at) = ("Ann", 70) },
            scene.with { ($0.user, $0.at) = ("bob", 80) },
            scene.with { $0.at = day },
        ])
        #expect(
            later.map { alert in alert.facts.first { $0.name == "user" }?.value }
                == ["bob", "ann@example.org"]
        )
    }

    @Test("TLS, a challenge instead of a password, and a refusal are no password in clear text")
    func notClear() {
        var judge = RelayJudge(configuration: .told)
        let alerts = judge.alerts(for: [
            LoginScene(isSecured: true), LoginScene(mechanism: "SCRAM-SHA-256"),
            LoginScene(answers: [false]), LoginScene(service: .pop3, isSecured: true),
        ])
        #expect(alerts.isEmpty)
    }

    @Test(
        "a password of ours at another's server: the server is named, what to do is at the client"
    )
    func clearTextOutward() throws {
        var judge = RelayJudge(configuration: RelayConfiguration())
        let going = LoginScene(client: "10.0.0.1", server: "198.51.100.25")
        #expect(ids(judge.alerts(for: [going])) == ["account.cleartext"])
        let opened = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        let report = try #require(opened.first?.report)
        #expect(report.server == "198.51.100.25")
        #expect(report.verdict.hasPrefix("Passwords of yours cross the wire in clear text"))
        #expect(report.advice.hasPrefix("Let 10.0.0.1 log in at "))
        #expect(!report.advice.contains("close what is open"))
    }

    @Test(
        "passwords in clear text at a server of ours are told as that, with other weaknesses as such"
    )
    func clearTextWords() throws {
        for language in [RelayLanguage.english, .french] {
            var judge = RelayJudge(configuration: .told.with { $0.language = language })
            _ = judge.alerts(for: [LoginScene()])
            let report = try #require(judge.memory.incidentReports(in: language).first)
            #expect(
                report.verdict.hasPrefix(
                    language == .english
                        ? "Passwords of users cross the wire in clear text on their way to mail"
                        : "Des mots de passe d'utilisateurs passent en clair"
                ),
                "\(report.verdict)"
            )
            #expect(report.advice.contains("smtpd_tls_auth_only = yes"))
            if language == .english {
                #expect(report.why.contains("which logged in as ann@"), "\(report.why)")
            }
        }
    }

    @Test("a site may trust its own network with passwords")
    func clearTextInside() throws {
        var judge = RelayJudge(configuration: .told)
        #expect(ids(judge.alerts(for: [Self.inside])) == ["account.cleartext"])
        let trusting = try RelayConfiguration.told.with {
            try $0.setThreshold("inside", of: "account.cleartext", to: 0)
        }
        judge = RelayJudge(configuration: trusting)
        #expect(judge.alerts(for: [Self.inside]).isEmpty)
        #expect(ids(judge.alerts(for: [LoginScene(at: 9)])) == ["account.cleartext"])
    }

    @Test("the tenth refused login of a user from anywhere is a guess, the ninth is not")
    func bruteForce() throws {
        var judge = RelayJudge(configuration: .told)
        #expect(judge.alerts(for: LoginScene.failures(9)).isEmpty)
        let tenth = judge.alerts(for: [
            LoginScene(client: "198.18.7.7", answers: [false], at: 40_000)
        ])
        #expect(ids(tenth) == ["account.bruteforce"])
        #expect(tenth[0].severity == .medium)
        #expect(
            tenth[0].signature
                == "Somebody guesses the password of ann@example.org at mail.example.org, it seems"
        )
        #expect(tenth[0].why.hasPrefix("10 logins as ann@example.org were refused within a day"))
        // Its incident has all ten, by whomever.
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 10 && report.counts.clients == 10)
        #expect(report.since == Scene.start.rfc3339)
        var slow = RelayJudge(configuration: .told)
        let scenes = (0..<20).map { number in
            LoginScene(answers: [false], at: Double(number) * 10_000)
        }
        #expect(slow.alerts(for: scenes).isEmpty)
    }

    @Test("a client that guesses passwords of many is told of from its first guess")
    func guessingClient() throws {
        var judge = RelayJudge(configuration: .told)
        let scenes = (0..<10).map { number in
            LoginScene(user: "u\(number)", answers: [false], at: Double(number))
        }
        #expect(ids(judge.alerts(for: scenes)) == ["account.bruteforce"])
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.counts.events == 10 && report.since == Scene.start.rfc3339)
        #expect(report.subject == "203.0.113.9")
    }

    @Test("a client that guesses passwords of many and gets in is high, with the name it got in by")
    func sprayedIn() throws {
        var judge = RelayJudge(configuration: .told)
        let guesses = (0..<12).map { number in
            LoginScene(user: "u\(number)", answers: [false], at: Double(number))
        }
        #expect(judge.alerts(for: guesses).allSatisfy { $0.severity == .medium })
        let found = judge.alerts(for: [LoginScene(user: "u3", at: 60)]).filter {
            $0.rule.id == "account.bruteforce"
        }
        #expect(found.map(\.severity) == [.high])
        #expect(found.first?.why.contains("Now it was accepted as u3") == true)
        #expect(found.first?.advice.hasPrefix("Lock u3 or change its password now") == true)
        let report = try #require(judge.memory.incidentReports(in: .english).first)
        #expect(report.subject == "203.0.113.9")
        #expect(report.verdict.contains("and was let in as u3: 13 events"))
        #expect(report.advice.hasPrefix("Lock u3 or change the password now"))
        #expect(!report.advice.contains("log"))
        // Who is at home there had a slip or two.
        var other = RelayJudge(configuration: .told)
        _ = other.alerts(for: Array(guesses[..<9]))
        #expect(
            !ids(other.alerts(for: [LoginScene(user: "u3", at: 60)])).contains("account.bruteforce")
        )
    }

    @Test("a login from a new network behind the guesses is high, if the account is known")
    func found() throws {
        var judge = RelayJudge(configuration: .told)
        let home = LoginScene(client: "203.0.113.9", isSecured: true)
        _ = judge.alerts(for: [home])
        let guesses = judge.alerts(for: LoginScene.failures(12, at: 3 * day))
        #expect(ids(guesses) == Array(repeating: "account.bruteforce", count: 3))
        let own = judge.alerts(for: [home.with { $0.at = 3 * day + 100 }])
        #expect(own.isEmpty)
        let thief = home.with { ($0.client, $0.at) = ("198.51.100.3", 3 * day + 200) }
        let found = judge.alerts(for: [thief])
        #expect(ids(found) == ["account.bruteforce"])
        #expect(found[0].severity == .high)
        #expect(found[0].signature.contains("198.51.100.3 is in"))
        let mail = Scene.sent(from: "198.51.100.3", to: ["x@a.example"], at: 3 * day + 300)
        #expect(ids(judge.alerts(for: [mail])).contains("account.bruteforce"))
        var incidents = judge.takeConclusions().compactMap { $0.event as? IncidentEvent }
        incidents.removeAll { $0.incident.subject != "ann@example.org" }
        let opened = try #require(incidents.first)
        #expect(opened.incident.kind == .stolenAccount)
        #expect(
            opened.report.verdict == """
                Somebody guesses the password of ann@example.org at mail.example.org, it seems: 10 events by 10 \
                clients, and none of these logins was accepted.
                """
        )
        let report = judge.memory.incidentReports(in: .english).first { $0.id == opened.report.id }
        #expect(
            report?.verdict.hasPrefix(
                "Somebody else uses the account ann@example.org on mail.example.org"
            ) == true
        )
        var fresh = RelayJudge(configuration: .told)
        _ = fresh.alerts(for: LoginScene.failures(12))
        #expect(fresh.alerts(for: [thief.with { $0.at = 60 }]).map(\.severity) == [.medium])
        // From another network than the guesses, or where the server has been known for long, it is not the user.
        var moved = RelayJudge(configuration: .told)
        _ = moved.alerts(for: LoginScene.failures(12))
        let other = thief.with { ($0.client, $0.at) = ("45.6.7.8", 60) }
        #expect(moved.alerts(for: [other]).map(\.severity) == [.high])
        var scattered = RelayJudge(configuration: .told)
        _ = scattered.alerts(
            for: LoginScene.failures(6) + LoginScene.failures(6, from: "45.6", at: 20)
        )
        #expect(scattered.alerts(for: [thief.with { $0.at = 60 }]).map(\.severity) == [.high])
        var old = RelayJudge(configuration: .told)
        // The clock of habits goes on by a day at once.
        let others = (0..<5).map { number in
            home.with { ($0.user, $0.at) = ("bob", Double(number) * day) }
        }
        _ = old.alerts(for: others + LoginScene.failures(12, at: 4 * day + 60))
        #expect(
            old.alerts(for: [thief.with { $0.at = 4 * day + 120 }]).map(\.severity) == [.high]
        )
    }

    @Test(
        "who was let in from a new network mistypes there, too",
        arguments: [LoginScene.Service.smtp, .pop3, .imap]
    )
    func traveller(_ service: LoginScene.Service) {
        var judge = Self.usual()
        let hotel = LoginScene(
            service: service,
            client: "198.51.100.3",
            user: "u1@example.org",
            mechanism: "CRAM-MD5",
            at: 4 * day
        )
        let mistyped = (1..<15).map { number in
            hotel.with { ($0.answers, $0.at) = ([false], 4 * day + Double(number) * 60) }
        }
        let again = hotel.with { $0.at = 4 * day + 3_600 }
        let alerts = judge.alerts(for: [hotel] + mistyped + [again])
        #expect(ids(alerts).filter { $0 == "account.bruteforce" }.isEmpty)
    }

    @Test(
        "guesses that show no name are counted for the client",
        arguments: [LoginScene.Service.smtp, .pop3, .imap]
    )
    func unnamed(_ service: LoginScene.Service) throws {
        var judge = RelayJudge(configuration: .told)
        let guess = LoginScene(
            service: service,
            user: nil,
            mechanism: "CRAM-MD5",
            answers: [false]
        )
        let alerts = judge.alerts(
            for: (0..<10).map { number in guess.with { $0.at = Double(number) } }
        )
        #expect(ids(alerts) == ["account.bruteforce"] && alerts[0].severity == .medium)
        #expect(alerts[0].signature.hasPrefix("203.0.113.9 guesses passwords at "))
        let found = judge.alerts(for: [guess.with { ($0.answers, $0.at) = ([true], 60) }])
        #expect(found.map(\.severity) == [.high])
        #expect(
            found[0].why.contains("of which no name was seen")
                && !found[0].why.contains("TLS")
        )
        // One who is let in by another way than he tries first tries what he has.
        var honest = RelayJudge(configuration: .told)
        for number in 0..<15 {
            var summary = SMTPSessionSummary(dialect: .submission, client: .a)
            (summary.clientOctets, summary.serverOctets) = (400, 600)
            summary.logins = [
                SMTPLogin(mechanism: "NTLM", user: nil, code: 535),
                SMTPLogin(mechanism: "CRAM-MD5", user: "ann@example.org", code: 235),
            ]
            let context = guess.with { $0.at = Double(number) }.context
            honest.evaluate(.smtp(.session(Shared(summary))), in: context) {
                #expect($0.rule.id != "account.bruteforce")
            }
        }
    }

    @Test("the user's own mistyping is none, however often, from home or from inside")
    func mistyping() {
        var judge = RelayJudge(configuration: .told)
        let home = LoginScene(client: "203.0.113.9", isSecured: true)
        _ = judge.alerts(for: [home, home.with { $0.client = "192.0.2.40" }])
        let scenes = (0..<40).map { number in
            home.with {
                $0.client = number % 2 == 0 ? "203.0.200.1" : "192.0.2.77"
                ($0.answers, $0.at) = ([false], day + Double(number))
            }
        }
        #expect(judge.alerts(for: scenes).isEmpty)
    }

    @Test(
        "guesses inside TLS are counted for the client, and what was accepted behind them is high"
    )
    func insideTLS() throws {
        var failed = InferredSession()
        (failed.login, failed.failedLogins, failed.confidence) = (.failed, 3, 0.9)
        let scene = LoginScene(
            user: nil,
            answers: [],
            isSecured: true,
            version: 0x0303,
            inferred: failed
        )
        var judge = RelayJudge(configuration: .told)
        let scenes = (0..<4).map { number in scene.with { $0.at = Double(number) } }
        let alerts = judge.alerts(for: scenes)
        #expect(ids(alerts) == ["account.bruteforce"] && alerts[0].severity == .medium)
        #expect(alerts[0].confidence == 0.9)
        func verdict() -> String? {
            judge.memory.incidentReports(in: .english).first?.verdict
        }
        #expect(
            verdict() == """
                203.0.113.9 guesses passwords at mail.example.org, it seems: 4 events, and none of its logins was accepted.
                """
        )
        var accepted = failed
        (accepted.login, accepted.failedLogins) = (.accepted, 0)
        let found = judge.alerts(for: [scene.with { ($0.inferred, $0.at) = (accepted, 60) }])
        #expect(found.map(\.severity) == [.high])
        #expect(found.first?.advice.hasPrefix("Look in the log of mail.example.org") == true)
        #expect(
            verdict() == """
                203.0.113.9 guessed passwords at mail.example.org, it seems, and one of its logins was accepted: 5 events.
                """
        )
        let report = judge.memory.incidentReports(in: .english).first
        #expect(report?.why.contains(", inside TLS 1.2, ") == true)
        let time = "2026-11-23T12:01:00.000000+00:00"
        let session = "by port 25 in the session from \(time) to \(time)"
        #expect(report?.advice.contains("accepted \(session)") == true)
        var doubtful = failed
        doubtful.confidence = 0.4
        judge = RelayJudge(configuration: .told)
        #expect(judge.alerts(for: scenes.map { $0.with { $0.inferred = doubtful } }).isEmpty)
    }

    @Test("a client whose network logs in here every day may fail")
    func branchOffice() {
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(for: [LoginScene(isSecured: true)])
        let users = (0..<30).map { number in
            LoginScene(user: "u\(number)", answers: [false], at: 2 * day + Double(number))
        }
        #expect(judge.alerts(for: users).isEmpty)
        var stranger = RelayJudge(configuration: .told)
        let alerts = stranger.alerts(for: users)
        #expect(ids(alerts).first == "account.bruteforce" && alerts.count == 21)
        #expect(
            alerts[0].signature == "203.0.113.9 guesses passwords at mail.example.org, it seems"
        )
    }

    @Test("a new user who mistypes where others log in every day is a warning, elsewhere high")
    func newcomer() {
        func severities(_ client: String) -> Set<Severity> {
            var judge = RelayJudge(configuration: .told)
            _ = judge.alerts(for: (0..<5).map { LoginScene(isSecured: true, at: Double($0) * day) })
            let user = LoginScene(client: client, user: "new@example.org", isSecured: true)
            let mistyped = (0..<10).map { number in
                user.with { ($0.answers, $0.at) = ([false], 5 * day + Double(number) * 30) }
            }
            let alerts = judge.alerts(for: mistyped + [user.with { $0.at = 5 * day + 400 }])
            return Set(alerts.filter { $0.rule.id == "account.bruteforce" }.map(\.severity))
        }
        #expect(severities("203.0.113.9") == [.medium])
        #expect(severities("198.51.100.9") == [.medium, .high])
    }

    @Test("failing and succeeding in turns is told once a day, from the sixth turn")
    func flapping() {
        var judge = RelayJudge(configuration: .told)
        let scene = Self.inside.with { $0.isSecured = true }
        _ = judge.alerts(for: [scene])
        let turns = (0..<5).map { number in
            scene.with { ($0.answers, $0.at) = ([number % 2 == 1], Double(number + 1) * 60) }
        }
        #expect(judge.alerts(for: turns).isEmpty)
        let sixth = judge.alerts(for: [
            scene.with { $0.at = 400 }, scene.with { ($0.answers, $0.at) = ([false], 500) },
        ])
        #expect(ids(sixth) == ["account.flapping"])
        #expect(sixth.first?.why.contains("changed 6 times") == true)
    }

    @Test("logins the server puts off")
    func deferred() {
        var judge = RelayJudge(configuration: .told)
        let scene = Self.inside.with { ($0.answers, $0.refusal) = ([false], 454) }
        let scenes = (0..<2).map { number in scene.with { $0.at = Double(number) } }
        #expect(judge.alerts(for: scenes).isEmpty)
        #expect(ids(judge.alerts(for: [scene.with { $0.at = 9 }])) == ["account.flapping"])
    }

    /// A server where users of ten networks log in for four days.
    private static func usual() -> RelayJudge {
        var judge = RelayJudge(configuration: .told)
        let scenes = (0..<40).map { number in
            LoginScene(
                client: "203.\(number % 10).113.9",
                user: "u\(number % 10)@example.org",
                isSecured: true,
                at: Double(number / 10) * day + Double(number)
            )
        }
        #expect(judge.alerts(for: scenes).isEmpty)
        return judge
    }

    @Test("a server that puts off whoever logs in is told once, and no single account")
    func loginService() throws {
        for user in ["u%@example.org", nil] {
            var judge = RelayJudge(configuration: .told)
            let scenes = (0..<20).map { number in
                let name = user?.replacing("%", with: String(number % 5))
                return LoginScene(user: name, answers: [false], refusal: 454, at: Double(number))
                    .with { $0.client = "203.\(number % 5).113.9" }
            }
            let alerts = judge.alerts(for: scenes)
            #expect(ids(alerts) == ["account.flapping"])
            #expect(
                alerts.first?.signature
                    == "mail.example.org puts off logins: 3, of 3 clients"
            )
            #expect(alerts.first?.advice.contains("doveadm auth test") == true)
            judge = try judge.restarted(.told)
            let later = scenes.map { scene in scene.with { $0.at += day + 100 } }
            #expect(judge.alerts(for: later).count == 1)
        }
    }

    @Test(
        "POP3 and IMAP that are put off tell of the server, a mailbox in use does not",
        arguments: [
            (LoginScene.Service.pop3, "SYS/TEMP", true), (.pop3, "SYS/PERM", true),
            (.imap, "UNAVAILABLE", true), (.pop3, "IN-USE", false), (.pop3, "AUTH", false),
            (.imap, "AUTHENTICATIONFAILED", false),
        ]
    )
    func mailboxService(_ service: LoginScene.Service, _ code: String, isTold: Bool) throws {
        func alerts(of users: Int) -> [Alert] {
            var judge = Self.usual()
            return judge.alerts(
                for: (0..<6).map { number in
                    LoginScene(
                        service: service,
                        client: "203.\(number % users).113.9",
                        user: "u\(number % users)@example.org",
                        answers: [false],
                        responseCode: code,
                        at: 3 * day + Double(number) * 60
                    )
                }
            ).filter { $0.rule.id == "account.flapping" }
        }
        #expect(alerts(of: 5).count == (isTold ? 1 : 0))
        guard isTold else { return }
        let server = try #require(alerts(of: 5).first)
        #expect(
            server.signature == "mail.example.org puts off logins: 3, of 3 clients"
        )
        #expect(
            alerts(of: 1).map(\.signature).allSatisfy { $0.contains("of u0@example.org 3 times") }
        )
        #expect(alerts(of: 1).count == 1)
    }

    @Test("one who is put off where nobody logs in may be guessing, and says nothing of the server")
    func putOffStrangers() {
        var judge = Self.usual()
        let strangers = (0..<20).map { number in
            LoginScene(
                client: "198.51.100.\(number)",
                user: nil,
                answers: [false],
                refusal: 454,
                at: 4 * day + Double(number)
            )
        }
        #expect(judge.alerts(for: strangers).isEmpty)
        let users = strangers.enumerated().map { number, scene in
            scene.with { $0.client = "203.\(5 + number % 2).113.9" }
        }
        #expect(ids(judge.alerts(for: users)) == ["account.flapping"])
    }

    @Test("so many logins are kept as the threshold may ask for")
    func manyDeferrals() throws {
        let told = try RelayConfiguration.told.with {
            try $0.setThreshold("deferrals", of: "account.flapping", to: 200)
        }
        var judge = RelayJudge(configuration: told)
        let scenes = (0..<200).map { number in
            LoginScene(
                client: "203.\(number % 5).113.9",
                user: "u\(number % 50)@example.org",
                answers: [false],
                refusal: 454,
                at: Double(number)
            )
        }
        #expect(judge.alerts(for: Array(scenes.dropLast())).isEmpty)
        let alerts = judge.alerts(for: [scenes[199]])
        #expect(alerts.first?.signature.contains("puts off logins: 200, of 5 clients") == true)
    }

    @Test("one client without a name is not whoever, and one guesser at a new server neither")
    func notWhoever() {
        let scene = LoginScene(
            user: nil,
            mechanism: "GSSAPI",
            answers: [false],
            refusal: 454
        )
        let retries = (0..<9).map { number in scene.with { $0.at = Double(number) } }
        var judge = RelayJudge(configuration: .told)
        #expect(judge.alerts(for: retries).isEmpty)
        judge = Self.usual()
        let home = retries.map { scene in
            scene.with { ($0.client, $0.at) = ("203.5.113.9", $0.at + 4 * day) }
        }
        #expect(judge.alerts(for: home).isEmpty)
        let second = scene.with { ($0.client, $0.at) = ("203.5.113.10", 4 * day + 60) }
        #expect(ids(judge.alerts(for: [second])) == ["account.flapping"])
        // In the first days nobody is known to be at home.
        judge = RelayJudge(configuration: .told)
        let guesses = (0..<4).map { number in
            LoginScene(
                client: "198.51.100.\(number)",
                user: "u\(number % 2)@example.org",
                answers: [false],
                refusal: 421,
                at: Double(number)
            )
        }
        #expect(judge.alerts(for: guesses).isEmpty)
        let other = guesses[0].with { ($0.client, $0.at) = ("203.0.113.9", 60) }
        #expect(judge.alerts(for: [other]).count == 1)
        // Inside they are.
        judge = RelayJudge(configuration: .told)
        let inside = guesses.map { guess in guess.with { $0.client = "192.0.2.40" } }
        #expect(ids(judge.alerts(for: inside)) == ["account.flapping"])
    }

    @Test("421 behind a refusal ends a session of wrong passwords: the server could answer")
    func tooManyErrors() {
        func alerts(_ answers: [Bool]) -> [Alert] {
            var judge = Self.usual()
            let scenes = (0..<8).map { number in
                LoginScene(
                    client: "203.\(number % 4).113.9",
                    user: "u\(number % 4)@example.org",
                    answers: answers,
                    lastCode: 421,
                    at: 4 * day + Double(number)
                )
            }
            return judge.alerts(for: scenes)
        }
        #expect(alerts([false, false]).isEmpty)
        #expect(ids(alerts([false])) == ["account.flapping"])
    }

    @Test("inside TLS a server where nobody gets in is told, from five clients of the house on")
    func closed() {
        var failed = InferredSession()
        (failed.login, failed.failedLogins, failed.confidence) = (.failed, 1, 0.9)
        var accepted = failed
        (accepted.login, accepted.failedLogins) = (.accepted, 0)
        func alerts(_ clients: [Int], of network: String = "203", by step: Double = 60) -> [Alert] {
            var judge = Self.usual()
            let scenes = clients.enumerated().map { place, client in
                LoginScene(
                    client: "\(network).\(abs(client)).113.9",
                    user: nil,
                    answers: [],
                    isSecured: true,
                    inferred: client < 0 ? accepted : failed,
                    at: 5 * day + Double(place) * step
                )
            }
            return judge.alerts(for: scenes)
        }
        let told = alerts([0, 1, 2, 3, 4, 5, 6])
        #expect(ids(told) == ["account.flapping"])
        #expect(told.first?.signature.hasPrefix("Logins fail at mail.example.org") == true)
        #expect(alerts([0, 1, 2, 3, 3, 3, 2]).isEmpty)
        #expect(alerts([0, 1, 2, -9, 4, 5, 6, 3]).isEmpty)
        #expect(alerts([0, 1, 2, 3, 4, 5, 6], by: 1_000).isEmpty)
        #expect(alerts([0, 1, 2, 3, 4, 5, 6], of: "198").isEmpty)
    }

    @Test(
        "a refused command or mechanism is no wrong password",
        arguments: [432, 501, 503, 504, 530, 534, 538]
    )
    func otherRefusals(_ code: Int) {
        var judge = RelayJudge(configuration: .told)
        let scenes = LoginScene.failures(30).map { $0.with { $0.refusal = code } }
        #expect(judge.alerts(for: scenes).isEmpty)
    }

    @Test("in French")
    func french() {
        var judge = RelayJudge(
            configuration: RelayConfiguration.told.with { $0.language = .french }
        )
        let alerts = judge.alerts(for: [LoginScene()] + LoginScene.failures(10, at: 9))
        #expect(alerts[0].signature.hasPrefix("Mot de passe en clair : ann@example.org"))
        #expect(
            alerts[1].signature.hasPrefix("Quelqu'un cherche, semble-t-il, le mot de passe de ann")
        )
    }
}

@Suite("Looking for addresses")
struct HarvestTests {
    private static func asking(
        _ names: [String],
        from client: String = "203.0.113.9",
        at: Double = 0,
        code: Int = 550,
        text: String = "5.1.1 User unknown"
    ) -> Scene {
        Scene(
            client: client,
            recipients: names.map { ("<\($0)@example.org>", code, text) },
            octets: nil,
            code: nil,
            text: "",
            outcome: .reset,
            at: at
        )
    }

    @Test(
        "the sixth unknown recipient in a row tells, the fifth does not, and one that comes again counts once"
    )
    func sequential() throws {
        var judge = RelayJudge(configuration: .told)
        let first = (0..<5).map { Self.asking(["a\($0)"], at: Double($0)) }
        #expect(judge.alerts(for: first + first).isEmpty)
        let sixth = judge.alerts(for: [Self.asking(["a5"], at: 20)])
        #expect(ids(sixth) == ["harvest.directory"])
        let alert = try #require(sixth.first)
        #expect(alert.severity == .medium)
        #expect(
            alert.signature
                == "203.0.113.9 looks for addresses that exist at mail.example.org, it seems"
        )
        #expect(alert.why.contains("<a5@example.org> (\"550 5.1.1 User unknown\")"))
        // smtp_max_unknown_commands counts commands, which no recipient is.
        #expect(alert.advice.contains("Exim: drop in the RCPT ACL by $rcpt_fail_count)"))
    }

    @Test("its incident is told from the first probe, and has those of nobody else")
    func fromFirst() throws {
        var judge = RelayJudge(configuration: .told)
        func report() throws -> IncidentReport {
            try #require(judge.memory.incidentReports(in: .english).first)
        }
        _ = judge.alerts(for: [Self.asking(["typo"], from: "198.51.100.7")])
        let probes = (0..<6).map { Self.asking(["a\($0)"], at: 60 + Double($0)) }
        #expect(judge.alerts(for: Array(probes[..<5])).isEmpty)
        judge = try judge.restarted(.told)
        #expect(ids(judge.alerts(for: [probes[5]])) == ["harvest.directory"])
        #expect(try report().counts.events == 6 && report().counts.clients == 1)
        #expect(try report().since == Scene.start.advanced(by: .seconds(60)).rfc3339)
        // Another who does the same joins with all of his.
        let others = (0..<6).map {
            Self.asking(["b\($0)"], from: "203.0.114.9", at: 120 + Double($0))
        }
        #expect(ids(judge.alerts(for: others)) == ["harvest.directory"])
        #expect(try report().counts.events == 12 && report().counts.clients == 2)
        // What was counted is not held any more.
        _ = judge.alerts(for: [Self.asking(["a9"], at: 180)])
        #expect(try report().counts.events == 13)
    }

    @Test("within ten recipients, two of which exist")
    func withHits() {
        var judge = RelayJudge(configuration: .told)
        var scene = Self.asking((0..<10).map { "a\($0)" })
        (scene.recipients[2].code, scene.recipients[6].code) = (250, 250)
        #expect(ids(judge.alerts(for: [scene])) == ["harvest.directory"])
    }

    /// The events of an envelope of refused recipients that stays open, and its end.
    private static func open(_ count: Int) -> (running: [MailEvent], end: Scene) {
        let end = asking((0..<count).map { "o\($0)" })
        let told = [6, 7, 8, 9, 10].filter { $0 <= count }
        let running = told.map { total in
            let recipients = end.transaction.recipients
            let fresh = recipients[(total == 6 ? 0 : total - 1)..<total]
            var refusals = SMTPRefusals(of: end.transaction, recipients: Array(fresh))
            refusals.refusedInSession = total
            return MailEvent.smtp(.refusals(refusals))
        }
        return (running, end)
    }

    @Test(
        "an envelope that stays open is told at the sixth recipient, and its end counts nothing twice"
    )
    func openEnvelope() throws {
        let (running, end) = Self.open(10)
        var judge = RelayJudge(configuration: .told)
        var alerts: [Alert] = []
        judge.evaluate(running[0], in: end.context) { alerts.append($0) }
        #expect(ids(alerts) == ["harvest.directory"])
        let why = try #require(alerts.first?.why)
        #expect(why.hasPrefix("203.0.113.9 (calls itself eyebox) asked for recipients"))
        #expect(why.contains("6 of them in this session: <o0@example.org>"))
        for event in running[1...] { judge.evaluate(event, in: end.context) { alerts.append($0) } }
        #expect(alerts.last?.why.contains("10 of them in this session") == true)
        let count = alerts.count
        alerts += judge.alerts(for: [end])
        #expect(alerts.count == count)
    }

    @Test("what was told of an open envelope is known over a restart")
    func openOverRestart() throws {
        let (running, end) = Self.open(6)
        var judge = RelayJudge(configuration: .told)
        judge.evaluate(running[0], in: end.context) { _ in }
        var next = RelayJudge(configuration: .told)
        next.memory = try JSONDecoder().decode(
            RelayMemory.self,
            from: try JSONEncoder().encode(judge.memory)
        )
        #expect(next.alerts(for: [end]).isEmpty)
    }

    @Test("who has logged in asks for whom he likes")
    func openWithLogin() {
        var (running, end) = Self.open(10)
        running = running.map { event in
            guard case .smtp(.refusals(var refusals)) = event else { return event }
            refusals.authentication = .user("ann")
            return .smtp(.refusals(refusals))
        }
        var judge = RelayJudge(configuration: .told)
        for event in running {
            judge.evaluate(event, in: end.context) { alert in Issue.record("\(alert)") }
        }
    }

    @Test("an honest list with a dead address among ten is none")
    func honest() {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<200 {
            var scene = Self.asking((0..<10).map { "l\(number)x\($0)" }, at: Double(number) * 60)
            for index in 1..<10 { scene.recipients[index].code = 250 }
            #expect(judge.alerts(for: [scene]).isEmpty)
        }
    }

    @Test("ten refusals in one session tell whatever was accepted beside them")
    func session() {
        var judge = RelayJudge(configuration: .told)
        var scene = Self.asking((0..<60).map { "s\($0)" })
        for index in 0..<60 where index % 6 != 0 { scene.recipients[index].code = 250 }
        #expect(ids(judge.alerts(for: [scene])) == ["harvest.directory"])
        judge = RelayJudge(configuration: .told)
        scene.recipients.removeLast(6)
        #expect(judge.alerts(for: [scene]).isEmpty)
    }

    @Test("twenty refusals of one network within ten minutes tell, over an hour they do not")
    func network() {
        func alerts(every seconds: Double) -> [Alert] {
            var judge = RelayJudge(configuration: .told)
            return judge.alerts(
                for: (0..<20).map {
                    Self.asking(["n\($0)"], from: "203.0.113.\($0)", at: Double($0) * seconds)
                }
            )
        }
        #expect(ids(alerts(every: 20)) == ["harvest.directory"])
        var judge = RelayJudge(configuration: .told)
        _ = judge.alerts(
            for: (0..<20).map {
                Self.asking(["n\($0)"], from: "203.0.113.\($0)", at: Double($0) * 20)
            }
        )
        let counts = judge.memory.incidentReports(in: .english).first?.counts
        #expect(counts?.events == 20 && counts?.clients == 20)
        #expect(alerts(every: 180).isEmpty)
    }

    @Test("a domain that has moved: many clients ask for the same few")
    func moved() {
        var judge = RelayJudge(configuration: .told)
        let scenes = (0..<400).map { number in
            Self.asking(
                ["old\(number % 8)"],
                from: "198.\(number % 40).100.7",
                at: Double(number) * 60
            )
        }
        #expect(judge.alerts(for: scenes).isEmpty)
    }

    @Test(
        "a refusal of the client or of relaying says nothing of the recipient",
        arguments: [
            (554, "5.7.1 <x@example.org>: Relay access denied"),
            (550, "5.7.1 Service unavailable; client blocked using zen.example"),
            (550, "rejected because of your reputation"), (450, "4.2.0 Greylisted"),
            (552, "5.2.2 Mailbox full"), (421, "4.7.0 Try again later"),
        ]
    )
    func otherRefusals(code: Int, text: String) {
        var judge = RelayJudge(configuration: .told)
        let scene = Self.asking((0..<40).map { "o\($0)" }, code: code, text: text)
        #expect(!ids(judge.alerts(for: [scene])).contains("harvest.directory"))
    }

    @Test("a restart between any two events changes nothing")
    func restart() throws {
        let scenes = (0..<8).map { Self.asking(["a\($0)"], at: Double($0)) }
        var whole = RelayJudge(configuration: .told)
        let expected = whole.alerts(for: scenes).map(\.why)
        for cut in 0...scenes.count {
            var first = RelayJudge(configuration: .told)
            var alerts = first.alerts(for: Array(scenes[..<cut]))
            var second = RelayJudge(configuration: .told)
            second.memory = try JSONDecoder().decode(
                RelayMemory.self,
                from: try JSONEncoder().encode(first.memory)
            )
            alerts += second.alerts(for: Array(scenes[cut...]))
            #expect(alerts.map(\.why) == expected)
        }
    }

    @Test("a flood of clients and recipients is bounded")
    func flood() throws {
        var judge = RelayJudge(configuration: .told)
        for number in 0..<3_000 {
            _ = judge.alerts(for: [
                Self.asking(
                    (0..<8).map { "f\(number)x\($0)" },
                    from: "198.\(number / 250).\(number % 250).9",
                    at: Double(number)
                )
            ])
        }
        #expect(try JSONEncoder().encode(judge.memory).count < 1_024 * 1_024)
    }
}
