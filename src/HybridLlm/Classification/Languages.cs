using System.Collections.Frozen;

namespace HybridLlm.Classification;

/// <summary>Tells the human language of a prompt by its script and its commonest words.</summary>
internal static class Languages
{
    private const int MaxWords = 256;
    private const double LeastShare = 0.12;

    private static readonly (string Code, string Words)[] Common =
    [
        ("en", "the of and to in is it you that for on are with as this be at have from or what how why can do my i we not your me which an would please"),
        ("de", "der die das und ist nicht ein eine einen ich wie was mir für mit auf den dem von zu im es wir sie bitte auch wenn aber oder kann wird bei sich als nach"),
        ("fr", "le la les des est et un une je que qui pour dans pas sur avec ce cette mon ma mes du au en vous nous ne plus comment quelle quel s l d c"),
        ("es", "el la los las es y un una que de en por para con no se lo mi como cómo qué del al su más me hay son este esta pero si"),
        ("it", "il lo la gli le è e un una che di in per con non si mi come cosa del della dei nel alla sono questo questa più ma se perché"),
        ("pt", "o a os as é e um uma que de em por para com não se do da no na meu minha como qual mais dos eu isso este esta mas você são"),
        ("nl", "de het een en is van in op niet ik je dat met voor te zijn wat hoe mijn maar ook aan bij wel als dit naar om er deze kan"),
        ("pl", "i w nie na się to jest z do że jak co po dla mi czy od ale za przez o mam może tego jaki"),
        ("sv", "och är det en ett att i på som inte jag med för av den har hur vad till om min kan men så från"),
        ("da", "og er det en et at i på som ikke jeg med for af den har hvordan hvad til om min kan men så fra"),
        ("fi", "ja on ei se että mutta kun miten mikä minun ovat tai jos niin hän mitä voi tämä olen"),
        ("tr", "ve bir bu için ne da de ile mi nasıl çok ama var gibi daha olarak benim en kadar değil mı"),
        ("cs", "a je se na v že to s z do jak co pro ale jsem mi by jsou ne si tak které"),
        ("ro", "și este în un o de la cu nu pe care ce mai din pentru sunt să cum îmi dar sau"),
        ("hu", "a az és nem hogy egy van de is meg ez mi hogyan csak még mint vagy lehet"),
        ("id", "dan yang di apa itu ini untuk dengan tidak saya dari ke ada bagaimana bisa adalah atau pada kalau"),
        ("vi", "là và của có cho không tôi một với các được này trong thì như để cái nào"),
        ("ru", "и в не на что как это я с по для но из у к за то мне от а так же или если"),
        ("uk", "і в не на що як це я з по для але із у до за то мені від а так є чи якщо"),
        ("bg", "и в не на че как това аз с за но от у до да ми се са или ако е"),
    ];

    private static readonly FrozenDictionary<uint, uint> ByWord = BuildTable();

    /// <summary>Gets the language as an ISO 639-1 code; <see langword="null"/> when nothing speaks for one.</summary>
    public static string? Detect(PromptScan scan)
    {
        var counts = scan.Counts;
        if (ByScript(counts) is { } language)
        {
            return language;
        }

        Span<int> hits = stackalloc int[Common.Length];
        var looked = 0;
        var words = scan.Words;
        for (var i = 0; i < words.Length && looked < MaxWords; i++)
        {
            if (words[i].Sentence == PromptScan.Word.Code)
            {
                continue;
            }

            looked++;
            if (ByWord.TryGetValue(words[i].Hash, out var languages))
            {
                for (; languages != 0; languages &= languages - 1)
                {
                    hits[System.Numerics.BitOperations.TrailingZeroCount(languages)]++;
                }
            }
        }

        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            if (hits[i] > hits[best])
            {
                best = i;
            }
        }

        return hits[best] > 0 && hits[best] >= LeastShare * looked ? Common[best].Code : null;
    }

    private static string? ByScript(PromptCounts counts)
    {
        var scripts = counts.Scripts;
        var letters = Math.Max(1, counts.Length - counts.Digits - counts.Symbols);
        if (counts.Ideographs * 5 > letters)
        {
            return scripts[Script.Hangul] > counts.Ideographs ? "ko" : counts.Kana * 8 > counts.Ideographs ? "ja" : "zh";
        }

        return Many(Script.Hangul) ? "ko" : Many(Script.Greek) ? "el" : Many(Script.Hebrew) ? "he" : Many(Script.Arabic) ? "ar" : Many(Script.Indic) ? "hi" : Many(Script.Thai) ? "th" : null;

        bool Many(int script) => scripts[script] * 4 > letters;
    }

    private static FrozenDictionary<uint, uint> BuildTable()
    {
        var table = new Dictionary<uint, uint>();
        for (var i = 0; i < Common.Length; i++)
        {
            foreach (var word in Common[i].Words.Split(' '))
            {
                var hash = Hashing.Of(word);
                table[hash] = table.GetValueOrDefault(hash) | 1u << i;
            }
        }

        return table.ToFrozenDictionary();
    }
}
