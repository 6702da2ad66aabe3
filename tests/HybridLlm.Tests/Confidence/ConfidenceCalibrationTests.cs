using HybridLlm.Confidence;

namespace HybridLlm.Tests.Confidence;

public sealed class ConfidenceCalibrationTests
{
    [Fact]
    public void Without_experience_a_confidence_stays_what_it_is()
    {
        Assert.Equal(0.7, new ConfidenceCalibration().Apply("m", "t", Logit.Of(0.7)), 6);
    }

    [Fact]
    public void A_model_that_is_too_sure_of_itself_is_believed_less_and_stays_in_order()
    {
        var calibration = new ConfidenceCalibration();
        var random = new Random(4);
        for (var i = 0; i < 400; i++)
        {
            var looks = 0.5 + (random.NextDouble() / 2);
            calibration.Learn("m", "t", Sample(looks, random.NextDouble() < looks - 0.4, i));
        }

        Assert.InRange(calibration.Apply("m", "t", Logit.Of(0.9)), 0.35, 0.65);
        Assert.InRange(calibration.Apply("m", "t", Logit.Of(0.6)), 0.1, 0.35);
        Assert.True(calibration.Apply("m", "t", Logit.Of(0.95)) > calibration.Apply("m", "t", Logit.Of(0.7)));
    }

    [Fact]
    public void After_some_hundred_judgements_confidences_come_true()
    {
        var calibration = new ConfidenceCalibration();
        var random = new Random(5);
        double error = 0, n = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var logit = (random.NextDouble() * 6) - 3;
            var isGood = random.NextDouble() < Logit.Inverse((1.7 * logit) - 1.2);
            if (i >= 300)
            {
                error += calibration.Apply("m", "t", logit) - (isGood ? 1 : 0);
                n++;
            }

            calibration.Learn("m", "t", new(logit, isGood ? 1 : 0, 1, $"{i}"));
        }

        Assert.InRange(error / n, -0.05, 0.05);
    }

    [Fact]
    public void A_task_that_is_new_begins_with_what_is_known_of_the_model()
    {
        var calibration = new ConfidenceCalibration();
        for (var i = 0; i < 50; i++)
        {
            calibration.Learn("m", "t", Sample(0.9, isGood: false, i));
        }

        Assert.True(calibration.Apply("m", "other", Logit.Of(0.9)) < 0.5);
        Assert.Equal(0.9, calibration.Apply("another", "t", Logit.Of(0.9)), 6);
    }

    [Fact]
    public void A_later_judgement_of_a_request_replaces_the_earlier_one()
    {
        var once = new ConfidenceCalibration();
        var changed = new ConfidenceCalibration();
        once.Learn("m", "t", Sample(0.8, isGood: true, 1));
        changed.Learn("m", "t", Sample(0.8, isGood: false, 1));
        changed.Learn("m", "t", Sample(0.8, isGood: true, 1));

        Assert.Equal(once.Apply("m", "t", 0.3), changed.Apply("m", "t", 0.3));
        Assert.Equal(1, changed.Judgements("m", "t"));
    }

    [Fact]
    public void The_memory_has_a_bound_and_what_is_no_number_is_left_out()
    {
        var calibration = new ConfidenceCalibration();
        for (var i = 0; i < 2 * ConfidenceCalibration.MostCells; i++)
        {
            calibration.Learn($"m{i}", "t", Sample(0.5, isGood: true, i));
        }

        for (var i = 0; i < 3 * CalibrationCell.Window; i++)
        {
            calibration.Learn("m0", "t", Sample(0.5, isGood: true, i));
        }

        calibration.Learn("m0", "t", new(double.NaN, 1, 1, "nan"));
        calibration.Learn("m0", "t", new(0, double.NaN, 1, "nan"));

        Assert.Equal(CalibrationCell.Window, calibration.Judgements("m0", "t"));
        Assert.Equal(0, calibration.Judgements($"m{(2 * ConfidenceCalibration.MostCells) - 1}", "t"));
        Assert.InRange(calibration.Apply("m0", "t", 0), 0.5, 1);
    }

    private static CalibrationSample Sample(double confidence, bool isGood, int request) => new(Logit.Of(confidence), isGood ? 1 : 0, 1, $"{request}");
}
