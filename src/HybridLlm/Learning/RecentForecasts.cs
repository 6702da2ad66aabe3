namespace HybridLlm.Learning;

/// <summary>Remembers what was predicted of the latest calls, and from which features, so that a rating can correct what was learned. Its owner locks.</summary>
/// <remarks>A ring of values: thousands of small objects that live just long enough to be promoted would keep the collector busy.</remarks>
internal sealed class RecentForecasts
{
    /// <summary>How many calls are remembered.</summary>
    public const int Capacity = 512;

    private readonly Slot[] _slots = new Slot[Capacity];
    private readonly ushort[] _features = new ushort[Capacity * PromptFeatures.Most];
    private int _next;

    /// <summary>Remembers a call.</summary>
    public void Add(PromptModel model, string requestId, PromptForecast forecast, ReadOnlySpan<ushort> features)
    {
        features.CopyTo(_features.AsSpan(_next * PromptFeatures.Most));
        _slots[_next] = new(model, requestId, forecast, features.Length);
        _next = (_next + 1) % Capacity;
    }

    /// <summary>Corrects how well a call went, if it is remembered.</summary>
    public void Correct(PromptModel model, string requestId, bool failed)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[i];
            if (ReferenceEquals(slot.Model, model) && slot.RequestId == requestId)
            {
                var score = failed ? 0 : slot.Told;
                if (score != slot.Forecast.Score)
                {
                    model.Correct(slot.Forecast, score, _features.AsSpan(i * PromptFeatures.Most, slot.Length));
                    slot = slot with { Forecast = slot.Forecast with { Score = score } };
                }

                return;
            }
        }
    }

    /// <summary>Forgets the calls of a model.</summary>
    public void Forget(PromptModel model)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (ReferenceEquals(slot.Model, model))
            {
                slot = default;
            }
        }
    }

    /// <param name="Model">What was learned of the model that was called.</param>
    /// <param name="RequestId">The request.</param>
    /// <param name="Forecast">What was predicted, and how well it went as far as is known.</param>
    /// <param name="Length">The number of features.</param>
    private readonly record struct Slot(PromptModel? Model, string? RequestId, PromptForecast Forecast, int Length)
    {
        /// <summary>Gets how well the call went before anybody rated it.</summary>
        public double Told { get; } = Forecast.Score;
    }
}
