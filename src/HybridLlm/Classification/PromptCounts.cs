namespace HybridLlm.Classification;

/// <summary>What is counted in a prompt while it is read.</summary>
internal sealed class PromptCounts
{
    /// <summary>Gets or sets the length of the prompt, in characters.</summary>
    public int Length { get; set; }

    /// <summary>Gets or sets the number of words.</summary>
    public int Words { get; set; }

    /// <summary>Gets or sets the number of words in capitals.</summary>
    public int CapitalWords { get; set; }

    /// <summary>Gets or sets the number of digits.</summary>
    public int Digits { get; set; }

    /// <summary>Gets or sets the number of Chinese characters and Japanese syllables.</summary>
    public int Ideographs { get; set; }

    /// <summary>Gets or sets the number of Japanese syllables among them.</summary>
    public int Kana { get; set; }

    /// <summary>Gets a value indicating whether the line being read stands in a fenced code block.</summary>
    public bool InCode { get; private set; }

    /// <summary>Gets the number of lines that hold something.</summary>
    public int Lines { get; private set; }

    /// <summary>Gets the number of empty lines.</summary>
    public int EmptyLines { get; private set; }

    /// <summary>Gets the number of code fences.</summary>
    public int Fences { get; private set; }

    /// <summary>Gets the number of lines that look like code, in a block or not.</summary>
    public int CodeLines { get; private set; }

    /// <summary>Gets the number of bullets.</summary>
    public int Bullets { get; private set; }

    /// <summary>Gets the number of numbered or lettered items.</summary>
    public int NumberedItems { get; private set; }

    /// <summary>Gets the number of lines that look like a frame of a stack trace or an error.</summary>
    public int TraceLines { get; private set; }

    /// <summary>Gets the number of lines that end with a colon.</summary>
    public int Headings { get; private set; }

    /// <summary>Gets the number of file names and paths.</summary>
    public int Files { get; private set; }

    /// <summary>Gets the number of lines of a table or of delimited data.</summary>
    public int TableLines { get; private set; }

    /// <summary>Gets the number of question marks.</summary>
    public int Questions { get; private set; }

    /// <summary>Gets the number of exclamation marks.</summary>
    public int Exclamations { get; private set; }

    /// <summary>Gets the number of braces and brackets that open.</summary>
    public int Braces { get; private set; }

    /// <summary>Gets the number of quotation marks.</summary>
    public int Quotes { get; private set; }

    /// <summary>Gets the number of mathematical signs.</summary>
    public int MathSigns { get; private set; }

    /// <summary>Gets the number of other symbols.</summary>
    public int Symbols { get; private set; }

    /// <summary>Gets the number of letters beyond the Latin alphabet, by script.</summary>
    public int[] Scripts { get; } = new int[Script.Count];

    /// <summary>Gets the last character that is no blank.</summary>
    public char Last { get; private set; }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        Length = Words = CapitalWords = Digits = Ideographs = Kana = Lines = EmptyLines = Fences = CodeLines = Bullets = NumberedItems = 0;
        TraceLines = TableLines = Headings = Files = Questions = Exclamations = Braces = Quotes = MathSigns = Symbols = 0;
        Last = default;
        InCode = false;
        Scripts.AsSpan().Clear();
    }

    /// <summary>Counts a line without its surrounding blanks.</summary>
    public void AddLine(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty)
        {
            EmptyLines++;
            return;
        }

        Lines++;
        Last = line[^1];
        if (line.StartsWith("```") || line.StartsWith("~~~"))
        {
            Fences++;
            InCode = !InCode;
            return;
        }

        if (LineForms.IsCode(line))
        {
            CodeLines++;
        }

        if (LineForms.IsTrace(line))
        {
            TraceLines++;
        }

        if (LineForms.IsBullet(line))
        {
            Bullets++;
        }
        else if (LineForms.IsNumbered(line))
        {
            NumberedItems++;
        }

        if (line[^1] is ':' or '：')
        {
            Headings++;
        }

        if (line.Count('|') > 1 || line.Count('\t') > 1 || line.Count(';') > 2 || !line.Contains(' ') && line.Count(',') > 1)
        {
            TableLines++;
        }

        Files += LineForms.CountFiles(line);
    }

    /// <summary>Counts a letter.</summary>
    public void AddLetter(char c)
    {
        if (c > '\u007F')
        {
            Scripts[Script.Of(c)]++;
        }
    }

    /// <summary>Counts a character that is neither letter nor digit nor blank.</summary>
    public void AddSymbol(char c)
    {
        switch (c)
        {
            case '?' or '？' or '؟':
                Questions++;
                break;
            case '!' or '！':
                Exclamations++;
                break;
            case '{' or '[':
                Braces++;
                break;
            case '"' or '“' or '”' or '„' or '«' or '»' or '「':
                Quotes++;
                break;
            case '=' or '+' or '^' or '√' or '∑' or '∫' or '≤' or '≥' or '≠' or '×' or '÷' or 'π' or '∞' or '\\' or '%':
                MathSigns++;
                break;
            case not ('.' or ',' or '\''):
                Symbols++;
                break;
        }
    }
}
