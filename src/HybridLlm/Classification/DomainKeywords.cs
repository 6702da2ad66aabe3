using System.Collections.Frozen;

namespace HybridLlm.Classification;

/// <summary>What prompts are about, told by words that seldom mean anything else.</summary>
internal static class DomainKeywords
{
    private const int Most = 8;

    private static readonly (string Keyword, string Words)[] Vocabulary =
    [
        ("security", "security secure vulnerability vulnerabilities vulnerable exploit xss csrf injection encryption encrypt encrypted authentication authorization oauth jwt password passwords credentials phishing malware ransomware sicherheit sécurité seguridad sicurezza безопасность"),
        ("privacy", "privacy gdpr dsgvo rgpd hipaa pii personal_data datenschutz anonymize consent"),
        ("legal", "legal lawyer attorney contract clause liability lawsuit court statute tenancy landlord notary vertrag recht rechtlich gericht contrat juridique contrato abogado"),
        ("medical", "medical medication medicine dose dosage symptom symptoms diagnosis patient patients clinical doctor disease treatment arzt medikament symptome médecin médico"),
        ("finance", "finance financial tax taxes invoice invoices loan mortgage interest investment investing pension accounting vat budget steuer rechnung steuern impôt impuesto"),
        ("performance", "performance slow latency throughput bottleneck profiling benchmark optimize optimise optimization"),
        ("database", "database sql postgres postgresql mysql sqlite mongodb redis query schema index join"),
        ("deployment", "deploy deployment docker kubernetes k8s helm terraform ci cd pipeline nginx ansible"),
        ("migration", "migrate migration migrating upgrade upgrading"),
        ("testing", "test tests testing unittest pytest junit xunit jest mock"),
        ("concurrency", "concurrency concurrent deadlock race mutex async await thread threads goroutine"),
        ("api", "api rest graphql endpoint endpoints webhook grpc openapi swagger"),
        ("frontend", "react vue angular svelte css html tailwind dom frontend"),
        ("math", "equation integral derivative matrix theorem proof probability algebra geometry calculus"),
        ("science", "physics chemistry biology molecule quantum enzyme experiment hypothesis"),
        ("education", "lesson students pupils exam homework curriculum teacher worksheet"),
    ];

    private static readonly FrozenDictionary<uint, string> ByWord = Vocabulary
        .SelectMany(entry => entry.Words.Split(' ').Select(word => (Word: Hashing.Of(word), entry.Keyword)))
        .DistinctBy(pair => pair.Word)
        .ToFrozenDictionary(pair => pair.Word, pair => pair.Keyword);

    /// <summary>Gets what a prompt is about, in the order of its words.</summary>
    public static IReadOnlyList<string> Find(ReadOnlySpan<PromptScan.Word> words)
    {
        List<string>? found = null;
        foreach (ref readonly var word in words)
        {
            if (ByWord.TryGetValue(word.Hash, out var keyword) && found?.Contains(keyword) != true)
            {
                (found ??= []).Add(keyword);
                if (found.Count == Most)
                {
                    break;
                }
            }
        }

        return found ?? (IReadOnlyList<string>)[];
    }
}
