/// What an incident says of a tap that misses something: words of its own for each cause.
extension BlindTexts {
    /// What it is, or was where it is over, without the full stop.
    static func verdict(_ kind: TapCondition.Kind, isOver: Bool) -> Bilingual {
        switch kind {
        case .framesLost where isOver:
            Bilingual(
                "The tap did not keep up until {last}, and does since: frames were lost before they were read",
                french: """
                    La sonde n'a pas suivi jusqu'à {last}, et suit depuis : des trames ont été perdues avant d'être lues
                    """
            )
        case .portDown where isOver:
            Bilingual(
                "The tap had no carrier on one of its ports until {last}: what crossed there was not seen",
                french: """
                    La sonde n'a pas eu de porteuse sur un de ses ports jusqu'à {last} : ce qui y passait n'a pas été vu
                    """
            )
        case .framesLost:
            Bilingual(
                "The tap does not keep up: frames are lost before they are read",
                french: "La sonde ne suit pas : des trames sont perdues avant d'être lues"
            )
        case .portDown:
            Bilingual(
                "The tap has no carrier on one of its ports: what crosses there is not seen",
                french:
                    "La sonde n'a pas de porteuse sur un de ses ports : ce qui y passe n'est pas vu"
            )
        case .clockStep:
            Bilingual(
                "The clock of the tap was set while it was watching",
                french: "L'horloge de la sonde a été réglée pendant qu'elle observait"
            )
        case .oneSided:
            Bilingual(
                "The tap sees only one direction of some connections of mail",
                french: "La sonde ne voit qu'un sens de certaines connexions de messagerie"
            )
        case .evicted:
            Bilingual(
                "The tap gives up connections of mail because there are more than it can follow",
                french: """
                    La sonde abandonne des connexions de messagerie parce qu'il y en a plus qu'elle ne peut en suivre
                    """
            )
        }
    }

    /// What to do.
    static func advice(_ kind: TapCondition.Kind) -> Bilingual {
        switch kind {
        case .framesLost:
            Bilingual(
                """
                hubtap status shows by port and cause what was lost. A larger ring (ring.size), less in it (ring.keep: \
                mail, or a ring.snaplen) or a faster machine lets the tap keep up.
                """,
                french: """
                    hubtap status montre par port et par cause ce qui a été perdu. Un anneau plus grand (ring.size), \
                    moins dedans (ring.keep: mail, ou un ring.snaplen) ou une machine plus rapide permet à la sonde de \
                    suivre.
                    """
            )
        case .portDown:
            Bilingual(
                """
                Look at the cable, the network card and the device at the other end of {name}; ip -br link shows the \
                state of every port.
                """,
                french: """
                    Regardez le câble, la carte réseau et l'appareil à l'autre bout de {name} ; ip -br link montre \
                    l'état de chaque port.
                    """
            )
        case .clockStep:
            Bilingual(
                "Let the clock be kept in step by NTP (chrony, ntpd) instead of set.",
                french: "Faites discipliner l'horloge par NTP (chrony, ntpd) au lieu de la régler."
            )
        case .oneSided:
            Bilingual(
                """
                The direction that is missing crosses somewhere else (asymmetric routing, a second link, another member \
                of a bond), or a port of the tap is not in its place: compare the ports in hubtap status, and put the \
                tap where both directions pass.
                """,
                french: """
                    Le sens qui manque passe ailleurs (routage asymétrique, second lien, autre membre d'un agrégat), ou \
                    un port de la sonde n'est pas à sa place : comparez les ports dans hubtap status, et mettez la sonde \
                    là où passent les deux sens.
                    """
            )
        case .evicted:
            Bilingual(
                """
                hubtap status shows the connections and their limits. A flood of connections does this: look for who \
                opens them, and limit it at the firewall.
                """,
                french: """
                    hubtap status montre les connexions et leurs limites. Une inondation de connexions fait cela : \
                    cherchez qui les ouvre, et limitez-le au pare-feu.
                    """
            )
        }
    }

    /// What would refute the verdict.
    static func refute(_ kind: TapCondition.Kind) -> Bilingual {
        switch kind {
        case .framesLost:
            Bilingual(
                "It is none if what was lost was no mail: the counters of hubtap status tell.",
                french: """
                    Ce n'en est pas si ce qui a été perdu n'était pas du courrier : les compteurs de hubtap status le \
                    disent.
                    """
            )
        case .portDown:
            Bilingual(
                "It is none if nothing is to be plugged in there: take it out of ports in the configuration.",
                french: """
                    Ce n'en est pas si rien ne doit y être branché : retirez-le de ports dans la configuration.
                    """
            )
        case .clockStep:
            Bilingual(
                "It is none if you set it on purpose; what was recorded before keeps its times.",
                french: """
                    Ce n'en est pas si vous l'avez réglée exprès ; ce qui a été enregistré avant garde ses heures.
                    """
            )
        case .oneSided:
            Bilingual(
                "It is none if the tap is meant to see one direction only.",
                french: "Ce n'en est pas si la sonde ne doit voir qu'un sens."
            )
        case .evicted:
            Bilingual(
                "It is none if what made room was a scan and no mail.",
                french:
                    "Ce n'en est pas si ce qui a fait place était un balayage et non du courrier."
            )
        }
    }
}
