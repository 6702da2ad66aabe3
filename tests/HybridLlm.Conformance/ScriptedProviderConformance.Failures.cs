using HybridLlm.Testing;

namespace HybridLlm.Conformance;

/// <content>Failures: what the backend says is wrong, what breaks on the way, and what passes for an answer and is none.</content>
public abstract partial class ScriptedProviderConformance
{
    public static TheoryData<BackendError, bool> Errors
    {
        get
        {
            var data = new TheoryData<BackendError, bool>();
            foreach (var error in Enum.GetValues<BackendError>())
            {
                data.Add(error, false);
                data.Add(error, true);
            }

            return data;
        }
    }

    /// <summary>Gets a value indicating whether the backend's wire carries the arguments of tool calls as objects, so that they cannot be broken.</summary>
    protected virtual bool ArgumentsAreObjects => false;

    /// <summary>Gets what leaves a stream without its end, so that it must not pass for whole.</summary>
    protected virtual IReadOnlyList<Fault> StreamsWithoutAnEnd => [Fault.EmptyStream(), Fault.OnlyDone(), Fault.MissingFinishReason()];

    /// <summary>Gets what a stream may lack, or be sent like, and is whole nevertheless.</summary>
    protected virtual IReadOnlyList<Fault> HarmlessToStreams => [Fault.MergeFrames(), Fault.MissingDone()];

    /// <summary>Gets what makes an answer that is not streamed no answer, and what becomes of it. A provider that streams underneath learns of it when the stream is over.</summary>
    protected virtual (Fault Fault, ProviderErrorKind Kind) NoAnswer =>
        (Fault.EmptyChoices(), Target.Provider.Capabilities.PrefersStreaming ? ProviderErrorKind.StreamInterrupted : ProviderErrorKind.InvalidResponse);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task What_the_backend_says_is_wrong_becomes_the_kind_that_it_is(BackendError error, bool streamed)
    {
        Simulator.Faults.Always(Fault.Error(error));

        var (failure, before) = await FailAsync(streamed);

        Assert.Equal(KindOf(error), failure.Kind);
        Assert.InRange(failure.StatusCode ?? 0, 400, 599);
        Assert.NotNull(failure.ResponseExcerpt);
        Assert.Empty(before);
    }

    [Fact]
    public async Task The_pause_that_the_backend_asks_for_is_told()
    {
        Simulator.Faults.Always(Fault.RateLimited(TimeSpan.FromSeconds(7)));

        var (failure, _) = await FailAsync(streamed: false);

        Assert.Equal((ProviderErrorKind.RateLimited, TimeSpan.FromSeconds(7)), (failure.Kind, failure.RetryAfter));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_gone_is_unavailable_and_comes_back(bool streamed)
    {
        await Simulator.StopListeningAsync();

        Assert.Equal(ProviderErrorKind.Unavailable, (await FailAsync(streamed)).Failure.Kind);

        await Simulator.StartListeningAsync(Deadline);
        Assert.NotEmpty((await AskAsync("Hello?", streamed)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_ends_without_an_answer_is_unavailable(bool streamed)
    {
        foreach (var fault in new[] { Fault.ResetOnConnect(), Fault.Reset(), Fault.Close() })
        {
            // A connection of an earlier request would not notice that new ones are refused.
            Simulator.Faults.Clear();
            Simulator.Faults.Always(fault);
            Assert.Equal(ProviderErrorKind.Unavailable, (await FailAsync(streamed)).Failure.Kind);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task An_answer_that_breaks_off_is_interrupted_and_never_passes_for_whole(bool streamed, bool reset)
    {
        Simulator.Replies.Default = static _ => new() { Pieces = ["One", " two", " three", " four"] };
        Simulator.Faults.Always(Fault.DropAfter(2, reset));

        var (failure, before) = await FailAsync(streamed);

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.StartsWith(before, "One two", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public async Task An_error_inside_status_200_is_an_error(int afterTokens, bool streamed)
    {
        Simulator.Replies.Default = static _ => new() { Pieces = ["One", " two", " three", " four"] };
        Simulator.Faults.Always(Fault.ErrorInside200(afterTokens));

        var (failure, before) = await FailAsync(streamed);

        Assert.Equal(KindOf(BackendError.Internal), failure.Kind);
        Assert.Equal(streamed && afterTokens == 2 ? "One two" : "", before);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_reason_is_interrupted()
    {
        foreach (var fault in StreamsWithoutAnEnd)
        {
            Simulator.Faults.Clear();
            Simulator.Faults.Always(fault);
            Assert.Equal(ProviderErrorKind.StreamInterrupted, (await FailAsync(streamed: true)).Failure.Kind);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_not_what_the_protocol_says_is_invalid(bool streamed)
    {
        Simulator.Faults.Always(streamed ? Fault.MalformedJson(1) : NoAnswer.Fault);

        Assert.Equal(streamed ? ProviderErrorKind.InvalidResponse : NoAnswer.Kind, (await FailAsync(streamed)).Failure.Kind);
    }

    [Fact]
    public async Task Packets_that_are_merged_and_a_marker_that_is_missing_harm_nothing()
    {
        foreach (var fault in HarmlessToStreams)
        {
            Simulator.Faults.Clear();
            Simulator.Faults.Always(fault);
            Assert.Equal("You said: Hello.", (await AskAsync("Hello.", streamed: true)).Text);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_is_cancelled_before_it_begins_sends_nothing(bool streamed)
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LeaveAsync(streamed, new(canceled: true)));

        Assert.Equal(0, Simulator.RequestCount);
    }
}
